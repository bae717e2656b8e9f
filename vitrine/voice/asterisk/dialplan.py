"""What Asterisk does by itself: hand calls to the brain, and get along without it.

Twice a second the brain writes the time into `VITRINE_BEAT`. A call that comes while the brain has
not done so for three seconds, or while nobody has registered the application, takes the way
`fallback`: the telephones of `VITRINE_PHONES` ring that are free, again and again for a while; then
the caller may leave a message, which the brain picks up when it is back. No Python, no database.

Where the trunk is one by TLS its calls go through `from-trunk-by-tls` first: the address of a
packet can be forged, a connection cannot, so what comes in the clear is refused.
"""

from vitrine.voice.asterisk.instance import Instance

ROUNDS = 3
"""How often the free telephones ring in the fallback, each time for `RING` seconds."""
RING = 20
LONGEST_MESSAGE = 180
LONGEST_FAX = 3600
"""Seconds."""
BELGIUM = "32"
PHRASES = "fallback"
"""A file under data/sounds: what callers hear when there is no brain."""


def dialplan(instance: Instance) -> str:
    """The file extensions.conf."""
    phones = "&".join(f"PJSIP/{one.name}" for one in instance.telephones)
    fax = "".join(FAX.format(number=one) for one in ways_to_write(instance.fax_number))
    return TEXT.format(
        application=instance.application,
        phones=phones,
        rounds=ROUNDS,
        ring=RING,
        longest=LONGEST_MESSAGE,
        longest_fax=LONGEST_FAX,
        greeting=PHRASES,
        recordings=instance.recordings.absolute(),
        fax=fax,
    )


def ways_to_write(number: str) -> list[str]:
    """A number of ours as a provider may send it: international or, in Belgium, as one dials it."""
    if not number.startswith("+"):
        return [number] if number else []
    digits = number.removeprefix("+")
    at_home = [f"0{digits[2:]}"] if digits.startswith(BELGIUM) else []
    return [number, digits, f"00{digits}", *at_home]


FAX = """
exten => {number},1,NoOp(A fax)
 same => n,Goto(fax,s,1)
"""

TEXT = """
[general]
static = yes
writeprotect = yes
autofallthrough = yes
clearglobalvars = no

[globals]
VITRINE_PHONES = {phones}

[from-trunk]
{fax}
exten => _[+0-9]!,1,Set(DIALLED=${{FILTER(+0-9,${{EXTEN}})}})
 same => n,Set(BEAT=${{IF($["${{VITRINE_BEAT}}" = ""]?${{EPOCH}}:${{VITRINE_BEAT}})}})
 same => n,GotoIf($[${{EPOCH}} - ${{BEAT}} > 2]?fallback,s,1)
 same => n,Stasis({application},in,${{DIALLED}},${{FILTER(+0-9,${{REDIRECTING(from-num)}})}})
 same => n,GotoIf($["${{STASISSTATUS}}" = "FAILED"]?fallback,s,1)
 same => n,Hangup()

[from-trunk-by-tls]
exten => _[+0-9]!,1,GotoIf($["${{CHANNEL(pjsip,secure)}}" = "1"]?from-trunk,${{EXTEN}},1)
 same => n,Hangup(21)

[fallback]
exten => s,1,NoOp(The brain is away)
 same => n,Answer()
 same => n,Set(CHANNEL(musicclass)=default)
 same => n,Playback({greeting})
 same => n,Set(ROUND=0)
 same => n(round),Set(ROUND=$[${{ROUND}} + 1])
 same => n,GotoIf($[${{ROUND}} > {rounds}]?message)
 same => n,Set(LEFT=${{VITRINE_PHONES}})
 same => n,Set(FREE=)
 same => n(next),GotoIf($["${{LEFT}}" = ""]?ring)
 same => n,Set(ONE=${{CUT(LEFT,&,1)}})
 same => n,Set(LEFT=${{CUT(LEFT,&,2-)}})
 same => n,GotoIf($["${{DEVICE_STATE(${{ONE}})}}" != "NOT_INUSE"]?next)
 same => n,Set(FREE=${{FREE}}${{IF($["${{FREE}}" = ""]?:&)}}${{ONE}})
 same => n,Goto(next)
 same => n(ring),GotoIf($["${{FREE}}" = ""]?wait)
 same => n,Dial(${{FREE}},{ring},mC)
 same => n,GotoIf($["${{DIALSTATUS}}" = "ANSWER"]?done)
 same => n,Goto(round)
 same => n(wait),GotoIf($["${{VITRINE_PHONES}}" = ""]?message)
 same => n,MusicOnHold(default,{ring})
 same => n,Goto(round)
 same => n(message),Playback({greeting}-message)
 same => n,Set(WHO=${{FILTER(+0-9,${{CALLERID(num)}})}})
 same => n,Set(FILE=fallback_${{EPOCH}}_${{WHO}}_${{FILTER(0-9,${{UNIQUEID}})}})
 same => n,Record({recordings}/${{FILE}}.wav,5,{longest},k)
 same => n(done),Hangup()

[demonstration]
exten => s,1,Wait(4)
 same => n,SendDTMF(${{KEYS}},500)
 same => n,PlayTones(440/400,0/600)
 same => n,Wait(180)
 same => n,Hangup()

[from-agent]
exten => _[+*0-9]!,1,Stasis({application},from-agent,${{EXTEN}})
 same => n,Hangup(21)

[fax]
exten => s,1,Answer()
 same => n,Set(TIMEOUT(absolute)={longest_fax})
 same => n,Set(FAXOPT(ecm)=yes)
 same => n,Set(WHO=${{FILTER(+0-9,${{CALLERID(num)}})}})
 same => n,Set(PAGES=${{ASTSPOOLDIR}}/fax/fax_${{EPOCH}}_${{WHO}}_${{FILTER(0-9,${{UNIQUEID}})}})
 same => n,ReceiveFAX(${{PAGES}}.tif,f)
 same => n,Hangup()
exten => h,1,GotoIf($["${{PAGES}}" = ""]?done)
 same => n,Set(STATION=${{FILTER(+0-9,${{REMOTESTATIONID}})}})
 same => n,Set(FILE(${{PAGES}}.fax)=${{WHO}}|${{STATION}}|${{FAXPAGES}}|${{FAXSTATUS}}|end)
 same => n(done),NoOp()
"""
