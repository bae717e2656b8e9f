"""What a request may be about, as the public is asked."""

from django.db.models import QuerySet

from vitrine.tickets.models import QuestionType


def top_question_types() -> QuerySet[QuestionType]:
    """The active types of the first level, in the order of their codes."""
    return QuestionType.objects.filter(parent__isnull=True, is_active=True).order_by("code")
