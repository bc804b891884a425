"""When is a password long enough? Django's rule; only its sentence is ours."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class LongEnough(MinimumLengthValidator):
    """Django's Chinese catalogue lacks the sentence for a password that is too short; the hint says the same."""

    def get_error_message(self) -> str:
        return self.get_help_text()
