from django.db import migrations

from portal.walls import scope_functions, wall


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_history_is_frozen")]
    operations = [
        scope_functions(),
        wall("portal_historyentry"),
        wall("portal_historyhead"),
        # Before a request's scope is known, a person finds their own memberships, the holder of a link its invitation.
        wall("portal_membership", readable="user_id = (SELECT app_user())"),
        wall("portal_invitation", readable="token_digest = current_setting('app.invitation', true)"),
    ]
