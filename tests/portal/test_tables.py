"""Lists that are sorted and paged."""

import pytest

from portal.models import Membership
from portal.tables import PeopleTable, arrange

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/people/", "/people/?sort=role", "/people/?sort=-tenant"])
def test_rows_that_are_sorted_alike_stand_on_one_page_each(rf, address):
    table = arrange(PeopleTable(Membership.objects.all()), rf.get(address), per_page=7)
    shown = [row.record.pk for page in table.paginator for row in page]
    assert sorted(shown) == sorted(Membership.objects.values_list("pk", flat=True))
    assert table.data.data.query.order_by[-1] == "pk"  # a small table stands in this order by itself
