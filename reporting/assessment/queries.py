from targets.models import Programme

from ..models import Weighting


def weights_of(programme: Programme) -> dict[str, int]:
    """{indicator code: weight} as set; what is not named weighs 1."""
    found = Weighting.objects.filter(programme=programme).values_list("weights", flat=True).first()
    return dict(found or {})


def weighting_of(programme: Programme) -> Weighting:
    """The programme's weights, or what they are before anybody set them."""
    found = Weighting.objects.filter(programme=programme).first()
    return found or Weighting(programme=programme, tenant=programme.lead)
