from django.db import migrations

from portal.immutable import freeze, freeze_again
from portal.walls import same_tenant, wall

FROZEN = ["reviewpoint", "opening", "perioddecision", "extension", "unlockrequest"]


class Migration(migrations.Migration):
    dependencies = [("reporting", "0004_life_of_a_return"), ("portal", "0003_walls")]
    operations = [
        freeze_again("reporting_version"),
        *[freeze(f"reporting_{table}") for table in FROZEN],
        same_tenant("reporting_reviewpoint", "review_id", "reporting_review"),
        same_tenant("reporting_opening", "version_id", "reporting_version"),
        wall("reporting_reviewpoint"),
        wall("reporting_opening"),
        wall("reporting_extension"),
        wall("reporting_unlockrequest"),
        # A period is everybody's who reports under it: whether it takes returns is read by all of
        # them, written by the lead. Without a scope this is refused like any other query.
        wall("reporting_perioddecision", readable="(SELECT app_scope()) IS NOT NULL"),
    ]
