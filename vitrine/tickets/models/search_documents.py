"""What is found of a ticket."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from vitrine.tickets.models.tickets import Ticket


class SearchDocument(models.Model):
    """What is found of a ticket: each text in the dictionary of its own language.

    Apart from `Ticket`, so that a change of state does not touch the large index.
    """

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, primary_key=True, related_name="search_document"
    )
    document = SearchVectorField()
    """Weights: A number and subject, B names, C messages, D notes and file names.

    Holds also the lexeme `~N` with N = ticket id / 1024: the newest hits of a common
    word are found through the same index, without reading all the others.
    """

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["document"], name="search_documents_by_word")
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)


class SearchWord(models.Model):
    """A lexeme that occurs in a document: a word with a typing error is compared with these."""

    word = models.CharField(max_length=24, primary_key=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_words_by_likeness")
        ]

    def __str__(self) -> str:
        return self.word
