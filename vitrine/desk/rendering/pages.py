"""One page, whole or in part: the whole for a browser, the part for htmx."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from vitrine.accounts.choices import DESK_ROLES, Role
from vitrine.accounts.models import Account
from vitrine.desk.rendering.rail import Rail

Rest = ParamSpec("Rest")

DESK = tuple(DESK_ROLES)
READERS = (*DESK_ROLES, Role.SECOND_LINE, Role.AUDITOR)
LEADERS = (Role.PROJECT_LEADER, Role.MANAGER, Role.ADMINISTRATOR)


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Account


StaffView = Callable[Concatenate[StaffRequest, Rest], HttpResponseBase]


def open_to(*roles: str) -> Callable[[StaffView[Rest]], Callable[..., HttpResponseBase]]:
    """Let only accounts with one of `roles` in; to others the address does not exist."""

    def guarded(view: StaffView[Rest]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def door(
            request: StaffRequest, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponseBase:
            if not request.user.has_role(*roles):
                raise Http404
            return view(request, *args, **kwargs)

        return door

    return guarded


def wants_part(request: HttpRequest, *, part: str) -> bool:
    """Whether htmx asks for the element `part` and not for a page of its history."""
    headers = request.headers
    return headers.get("HX-Target") == part and "HX-History-Restore-Request" not in headers


def render_page(
    request: StaffRequest,
    template: str,
    context: dict[str, Any],
    *,
    parts: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The page, or the first of its `parts` that htmx wants to replace.

    The rail with its counts is made only for a whole page.
    """
    part = next((name for name in parts if wants_part(request, part=name)), None)
    name = f"{template}#{part}" if part else template
    frame = {} if part else {"rail": Rail(request.user, current=context.get("list_name", ""))}
    response = render(request, name, {**context, **frame, "part": part}, status=status)
    patch_vary_headers(response, ["HX-Target", "HX-History-Restore-Request"])
    response["Cache-Control"] = "no-store"
    return response
