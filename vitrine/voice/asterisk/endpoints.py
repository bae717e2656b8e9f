"""Who may speak SIP with us: the provider's trunk, desk telephones, and the agents' softphones.

The trunk and desk telephones stand in a file. Softphones come and go with their sign-in: the brain
tells Asterisk of each by ARI (`softphone`), and Asterisk keeps them in its own database, so that a
restart of either forgets nobody.
"""

import re
from ipaddress import ip_address
from pathlib import Path
from textwrap import dedent

from vitrine.voice.asterisk.instance import Instance, Telephone, Trunk

REALM = "vitrine"
DESK_TELEPHONES = "desk-telephones"
"""The endpoint through which a telephone is called that stands at an address of its own."""
SYSTEM_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
Fields = dict[str, str]

GENERAL = f"""
        [global]
        type = global
        user_agent = telephone
        default_realm = {REALM}
        endpoint_identifier_order = ip,username
        max_initial_qualify_time = 4
        [system]
        type = system
        timer_t1 = 500
        timer_b = 32000
        threadpool_initial_size = 5
        threadpool_max_size = 50
        """
"""Whoever is not known by address or name gets no answer that tells anything."""


def sorcery() -> str:
    """Where Asterisk looks for endpoints: first the file, then its own database."""
    return """
        [res_pjsip]
        endpoint = config,pjsip.conf,criteria=type=endpoint
        endpoint = astdb,vitrine-endpoint
        aor = config,pjsip.conf,criteria=type=aor
        aor = astdb,vitrine-aor
        auth = config,pjsip.conf,criteria=type=auth
        auth = astdb,vitrine-auth
        contact = astdb,registrator
        """


def pjsip(instance: Instance) -> str:
    """The file: transports, trunk, desk telephones."""
    parts = [GENERAL, *transports(instance), AT_AN_ADDRESS]
    if instance.trunk.match or instance.trunk.contact:
        parts.append(trunk(instance.trunk))
    parts += [desk_telephone(one) for one in instance.telephones]
    return "\n".join(dedent(part).strip() + "\n" for part in parts)


def transports(instance: Instance) -> list[str]:
    """UDP and TCP on our address; TLS with a certificate; websockets come through HTTP."""
    behind = ""
    if instance.outside_address:
        behind = (
            f"external_media_address = {instance.outside_address}\n"
            f"external_signaling_address = {instance.outside_address}\n"
            "local_net = 10.0.0.0/8\nlocal_net = 172.16.0.0/12\nlocal_net = 192.168.0.0/16\n"
            "local_net = 127.0.0.0/8\n"
        )
    bound = f"bind = {instance.address}:{instance.sip_port}\n"
    found = [
        f"[transport-{name}]\ntype = transport\nprotocol = {name}\n{bound}{behind}"
        for name in (("udp", "tcp") if instance.speaks_plain else ())
    ]
    found.append("[transport-ws]\ntype = transport\nprotocol = ws\nbind = 127.0.0.1\n")
    if instance.certificate:
        found.append(secure_transport(instance) + behind)
    return found


def secure_transport(instance: Instance) -> str:
    """TLS: whomever we connect to shows a certificate for the name that we have called.

    Who connects to us shows one where the provider has said that he does.
    """
    known = "yes" if instance.trunk.shows_certificate else "no"
    return (
        f"[transport-tls]\ntype = transport\nprotocol = tls\nmethod = tlsv1_2\n"
        f"bind = {instance.address}:{instance.sip_port + 1}\n"
        f"cert_file = {instance.certificate}\npriv_key_file = {instance.certificate}\n"
        f"ca_list_file = {instance.trunk.authority or SYSTEM_AUTHORITIES}\nverify_server = yes\n"
        f"verify_client = {known}\nrequire_client_cert = {known}\ntcp_keepalive_enable = yes\n"
    )


def trunk(of: Trunk) -> str:
    """The provider: known by address alone, and believed who calls and who diverted.

    Networks that save silence send no packet of a caller who has muted himself, and nobody who
    waits is cut: only after half an hour without one a call ends. Whether the other side still
    lives is asked instead (RFC 4028), at half of `refresh_every`, also of providers who know
    nothing of it: who does not answer for half a minute is hung up on. A provider who would rather
    ask us says how often, half an hour as a rule; when he does not we hang up, too.
    """
    at, is_by_tls = with_transport(of.contact, transport=of.transport), of.transport == "tls"
    lines = [
        "[trunk]\ntype = endpoint\ndisallow = all\nallow = alaw,ulaw",
        f"context = from-trunk{'-by-tls' if is_by_tls else ''}",
        "identify_by = ip",  # not by the name in From, or anybody who calls himself `trunk` were it
        f"transport = transport-{of.transport}",
        "aors = trunk\ndirect_media = no\ndtmf_mode = auto\ntrust_id_inbound = yes",
        "send_pai = yes\nrtp_symmetric = yes\nforce_rport = yes",
        f"rewrite_contact = {'yes' if is_by_tls else 'no'}",  # answers go by his connection
        "t38_udptl = yes\nt38_udptl_ec = redundancy\nt38_udptl_nat = no\nfax_detect = no",
        f"timers = always\ntimers_min_se = 90\ntimers_sess_expires = {of.refresh_every}",
        "inband_progress = no\nallow_transfer = no\nrtp_timeout = 1800",
        "send_connected_line = no",  # nobody outside learns who has the call now
    ]
    if of.is_encrypted:
        lines.append("media_encryption = sdes\nmedia_encryption_optimistic = no")
    if of.from_domain:
        lines.append(f"from_domain = {of.from_domain}")
    if of.user:
        lines.append(f"from_user = {of.user}\noutbound_auth = trunk")
    aor = f"contact = {at}\n" if of.contact else ""
    lines.append(f"[trunk]\ntype = aor\n{aor}qualify_frequency = {60 if of.registers else 0}")
    lines += ["[trunk]\ntype = identify\nendpoint = trunk"]
    lines += [f"match = {address}" for address in of.match]
    return "\n".join([*lines, *credentials(of)])


def credentials(of: Trunk) -> list[str]:
    """With what we show the provider who we are; empty where he knows us by address."""
    if not of.user:
        return []
    lines = [
        f"[trunk]\ntype = auth\nauth_type = digest\nusername = {of.user}\npassword = {of.secret}"
    ]
    if of.registers:
        at = with_transport(of.contact, transport=of.transport)
        lines.append(
            f"[trunk]\ntype = registration\ntransport = transport-{of.transport}\n"
            f"outbound_auth = trunk\nserver_uri = {at}\nretry_interval = 30\n"
            f"client_uri = sip:{of.user}@{of.contact.removeprefix('sip:')}\nmax_retries = 10000"
        )
    return lines


def with_transport(address: str, *, transport: str) -> str:
    """A SIP address that says by which way; the semicolon would begin a comment in the file."""
    if transport != "udp" and address and ";transport=" not in address:
        address = f"{address};transport={transport}"
    return address.replace(";", r"\;")


AT_AN_ADDRESS = f"""
        [{DESK_TELEPHONES}]
        type = endpoint
        context = from-agent
        identify_by = ip
        disallow = all
        allow = alaw,ulaw,g722
        dtmf_mode = auto
        direct_media = no
        allow_transfer = no
        rtp_symmetric = yes
        rtp_timeout = 600
        """
"""Telephones that are called at an address that a supervisor has entered; they register nowhere,
and nothing that comes from there is believed."""


def desk_telephone(one: Telephone) -> str:
    """A telephone of the file.

    One that is known by its address has no password, so its name is believed from there alone.
    """
    text = (
        f"[{one.name}]\ntype = endpoint\ncontext = from-agent\ndisallow = all\n"
        f"allow = alaw,ulaw,g722\ndirect_media = no\nallow_transfer = no\n"
        f"aors = {one.name}\nrtp_timeout = 120\n"
    )
    if one.contact:
        return (
            f"{text}{only_from(one.contact)}\n"
            f"[{one.name}]\ntype = aor\ncontact = {one.contact}\nqualify_frequency = 0\n"
        )
    return (
        f"{text}auth = {one.name}\n[{one.name}]\ntype = aor\nmax_contacts = 1\n"
        f"remove_existing = yes\nqualify_frequency = 15\n"
        f"[{one.name}]\ntype = auth\nauth_type = digest\nusername = {one.name}\n"
        f"password = {one.secret}\n"
    )


def only_from(contact: str) -> str:
    """What lets calls in from the address of a contact, or none where it is a name."""
    host = re.sub(r"^sips?:(?:[^@]*@)?|[:;?>].*$", "", contact)
    try:
        return f"deny = 0.0.0.0/0\npermit = {ip_address(host)}/32"
    except ValueError:
        return "identify_by = ip"


def softphone(name: str, *, ha1: str = "", password: str = "") -> dict[str, Fields]:
    """What Asterisk is told of a browser that may register as `name`: auth, aor and endpoint.

    ha1       MD5 of name:REALM:password, hexadecimal; then the password stays unknown to Asterisk
    password  else
    """
    auth = {"username": name, "realm": REALM}
    auth |= {"auth_type": "md5", "md5_cred": ha1} if ha1 else {"password": password}
    return {
        "auth": {"auth_type": "userpass"} | auth,
        "aor": {
            "max_contacts": "1",
            "remove_existing": "yes",
            "minimum_expiration": "20",
            "maximum_expiration": "120",
            "qualify_frequency": "10",
            "qualify_timeout": "3.0",
        },
        "endpoint": {
            "context": "from-agent",
            "aors": name,
            "auth": name,
            "webrtc": "yes",
            "dtls_auto_generate_cert": "yes",
            "disallow": "all",
            # As the trunk has it: nothing to convert, also for a leg that a page has called.
            "allow": "alaw,ulaw,opus",
            "codec_prefs_incoming_offer": (
                "prefer: configured, operation: intersect, keep: first, transcode: allow"
            ),
            "direct_media": "no",
            "allow_transfer": "no",
            "max_audio_streams": "1",
            "max_video_streams": "0",
            "rtp_timeout": "60",
            "rtp_timeout_hold": "600",
        },
    }


def desk_phone(name: str, *, ha1: str = "", password: str = "") -> dict[str, Fields]:
    """The same for a telephone on the desk that registers."""
    told = softphone(name, ha1=ha1, password=password)
    told["endpoint"] = {
        "context": "from-agent",
        "aors": name,
        "auth": name,
        "disallow": "all",
        "allow": "alaw,ulaw,g722",
        "direct_media": "no",
        "allow_transfer": "no",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rewrite_contact": "yes",
    }
    return told
