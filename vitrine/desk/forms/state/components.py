"""A component of the register: what is public of it, and what only the desk knows."""

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from vitrine.desk.forms.state.changes import by_language
from vitrine.kernel.languages import Language
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.events import Json
from vitrine.publication.meaning.asked import LEGAL, NAME_CHARACTERS
from vitrine.publication.meaning.components import CODE
from vitrine.status.models import Component

MOST_GROUPS = 40
GROUP_CHARACTERS = 120


class ComponentForm(forms.Form):
    """The names in four languages and the place in the list; of a new one also its code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Stands in addresses for ever. A retired component comes back with its code."),
        validators=[
            RegexValidator(
                rf"\A(?:{CODE.pattern})\Z",
                _("A code has 1 to 40 small letters, digits and hyphens."),
            )
        ],
    )
    place = forms.IntegerField(label=_("Place in the list"), min_value=1, max_value=1000)
    from_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bulletin: Bulletin,
        component: Component | None = None,
    ) -> None:
        codes = [each.code for each in bulletin.components]
        place = codes.index(component.code) if component else len(codes)
        initial = {"from_version": bulletin.version, "place": place + 1}
        super().__init__(data, initial=initial)
        self.typed = data
        self.bulletin, self.component = bulletin, component
        known = component.names if component else {}
        for code, name in Language.choices:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name in %(language)s") % {"language": name},
                max_length=NAME_CHARACTERS,
                required=code in LEGAL,
                initial=known.get(code, ""),
                widget=forms.TextInput(attrs={"lang": code}),
            )
        if component:
            del self.fields["code"]
        names = [f"name_{code}" for code in Language.values]
        self.order_fields(["code", *names, "place", "from_version"])

    def look_again(self) -> None:
        """Show what is public now beside what was typed: the next POST stands upon it."""
        if self.typed is not None:
            self.data = typed = self.typed.copy()
            typed["from_version"] = str(self.bulletin.version)

    def body(self) -> Json:
        """The whole list as it shall be; places are numbered anew only when one moves."""
        data = self.cleaned_data
        code = self.component.code if self.component else data["code"]
        rows = listed(self.bulletin)
        codes = [row["code"] for row in rows]
        mine = {"code": code, "names": by_language("name", data), "order": 0}
        if self.component:
            before = codes.index(code)
            mine["order"] = rows.pop(before)["order"]
        else:
            before = None
        place = min(data["place"] - 1, len(rows))
        rows.insert(place, mine)
        if place != before:
            rows = [{**row, "order": number} for number, row in enumerate(rows)]
        return {"components": rows}


class OwnerForm(forms.ModelForm):
    """Whose a component is, and whom it concerns: not public."""

    groups = forms.CharField(
        label=_("User groups concerned"),
        required=False,
        help_text=_("One a line."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = Component
        fields = ("owner",)

    def __init__(self, data: QueryDict | None = None, *, instance: Component) -> None:
        initial = {"groups": "\n".join(instance.user_groups)}
        super().__init__(data, instance=instance, initial=initial)

    def clean_groups(self) -> list[str]:
        """Each line is a group; not too many, not too long."""
        found = [line.strip() for line in self.cleaned_data["groups"].splitlines() if line.strip()]
        if len(found) > MOST_GROUPS or any(len(each) > GROUP_CHARACTERS for each in found):
            raise forms.ValidationError(
                _("At most %(most)d groups of %(letters)d letters."),
                params={"most": MOST_GROUPS, "letters": GROUP_CHARACTERS},
            )
        return found


def listed(bulletin: Bulletin, *, without: str = "") -> list[Json]:
    """The components that are public, as a change lists them."""
    return [
        {"code": each.code, "names": each.names, "order": each.order}
        for each in bulletin.components
        if each.code != without
    ]
