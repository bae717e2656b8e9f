"""What was said and kept: messages, recorded conversations, phrases as a person says them."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5

from vitrine.accounts.models import Account
from vitrine.kernel.languages import Language
from vitrine.telephony.models.calls import Call
from vitrine.tickets.models import Attachment, Message, Ticket


class Voicemail(models.Model):
    """A message that a caller left; its sound is an attachment of the call's ticket."""

    call = models.OneToOneField(Call, models.PROTECT, related_name="voicemail")
    message = models.ForeignKey(Message, models.PROTECT, related_name="+")
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="voicemail")
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    seconds = models.FloatField()
    spoken_seconds = models.FloatField(default=0)
    left_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    heard_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["left_at"], condition=Q(erased_at__isnull=True), name="voicemails_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} {self.seconds:.0f} s"


class ColleagueMessage(models.Model):
    """What a caller wanted to tell a colleague who was away."""

    colleague = models.ForeignKey(Account, models.PROTECT, related_name="colleague_messages")
    call = models.ForeignKey(Call, models.PROTECT, null=True, related_name="colleague_messages")
    """None: the call came without a telephone system."""
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="colleague_messages")
    text = models.TextField()
    left_at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    """Who took the call; None: nobody did."""
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-left_at", "-id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(by__isnull=True),
                name="one_message_by_itself_per_call",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["colleague"],
                condition=Q(acknowledged_at__isnull=True),
                name="messages_not_acknowledged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.colleague} {self.left_at:%Y-%m-%d %H:%M}"


class Recording(models.Model):
    """A conversation that was recorded after an announcement; the database ends it in a month."""

    call = models.OneToOneField(Call, models.PROTECT, related_name="recording")
    sha256 = models.CharField(max_length=64, blank=True)
    """Blank: erased."""
    seconds = models.FloatField()
    purpose = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    erase_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(erase_at__lte=F("made_at") + timedelta(days=30)),
                name="a_recording_is_erased_within_a_month",
            ),
            models.CheckConstraint(
                condition=Q(sha256="", erased_at__isnull=False)
                | (~Q(sha256="") & Q(erased_at__isnull=True)),
                name="an_erased_recording_has_no_sound",
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="a_recording_has_a_purpose"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["erase_at"], condition=Q(erased_at__isnull=True), name="recordings_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} {self.made_at:%Y-%m-%d %H:%M}"


class PhraseRecording(models.Model):
    """A phrase of the telephone as a person says it.

    It belongs to its text: when the text changes, its synthesis is heard until somebody records
    the new one. A row never changes: another recording is another row.
    """

    language = models.CharField(max_length=2, choices=Language.choices)
    text = models.TextField()
    """For which it was spoken."""
    key = models.CharField(max_length=40)
    """Of the phrase that had this text; see `rules.phrases`."""
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    """A WAV file of one channel and 16 bits, at the loudness of every phrase."""
    seconds = models.FloatField()
    loudness = models.FloatField()
    """LUFS, as it is kept."""
    recorded_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    """Who brought it; None: the command."""
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("language", MD5("text"), name="each_text_is_recorded_once"),
            models.CheckConstraint(
                condition=Q(seconds__gt=0) & ~Q(text="") & ~Q(key=""),
                name="a_phrase_recording_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.key}"
