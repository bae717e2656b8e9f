"""The words by which mail systems that follow no standard are known, in our languages."""

import re

SURELY_ROBOT = re.compile(
    r"""(?:mailer[._-]?daemon|mail-?daemon|mdaemon|mmdf|double-bounce|microsoftexchange\w*)(?:@|\W|$)""",
    re.VERBOSE | re.IGNORECASE,
)
"""An address that only a mail system has; the others of `ROBOT` belong to people too."""

ROBOT = re.compile(
    r"""(?:mailer-?daemon|mail-?daemon|mail\.?delivery|mmdf|uucp|mdaemon|microsoftexchange\w*
      |post[._-]?master
       |post(?:office|_office)|double-bounce|e500_smtp_mail_service|imss|mail-?system|mailsystem
       |bounce-?notification|autoreply-bounce|smtp-?server|mail-?gateway|delivery-?subsystem)\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""Addresses from which mail systems speak; people use some of them too."""

ROBOT_NAME = re.compile(
    r"""mail\ delivery|mailer-daemon|delivery\ (?:sub)?system|system\ administrator
      |mail\ administrator
       |postmaster|systemadministrator|administrateur\ syst|systeembeheerder|mail\ system|mdaemon
       |internet\ mail\ delivery|microsoft\ outlook\s*$|microsoft\ exchange""",
    re.VERBOSE | re.IGNORECASE,
)

FAILED_SUBJECT = re.compile(
    r"""\((?:échec|mislukt|fehlgeschlagen|failure|failed)\)|error\ sending\ your\ mail|undeliver
      |un-?deliverable|not\ delivered|non-?delivery|failure\ (?:notice|notification)
      |returned\ (?:e-?)?mail
       |delivery\ (?:status|failure|failed|report|problem|error|has\ failed|unsuccessful|attempt)
       |(?:e-?)?mail\ (?:delivery|delivery\ system|system|routing)\ (?:failed|failure|system
         |error|problem)
       |delivery\ notification|return(?:ed|ing)\ to\ sender|could\ not\ (?:be\ )?deliver
         |can(?:not|'?t)\ be\ delivered
       |mail\ (?:failed|failure|could)|message\ (?:not\ delivered|delivery)|failed\ mail
         |user\ unknown|returned\ message
       |unzustellbar|nicht\ zugestellt|unzustellbarkeit|zustell(?:ung\w*\ (?:fehl|gescheitert)
         |fehler|bericht)|zustellungsbericht
       |non\ remis|non\ distribu|[ée]chec\ de\ (?:la\ )?(?:remise|distribution|livraison)
         |non[ -]d[ée]livr|pas\ (?:pu\ )?[êe]tre\ (?:remis|distribu|d[ée]livr)
       |(?:on|niet\ )bestelbaar|niet\ (?:worden\ )?(?:afgeleverd|bezorgd|besteld)|bezorging\ mislukt
         |aflever(?:ing|fout)\w*\ (?:mislukt|fout)?
       |message\ failed|nondeliverable|message\ you\ sent\ blocked|rejected|processing\ error
         |error\ during\ delivery
       |delivery\ has\ been\ (?:refused|rejected)|mancata\ consegna|no\ se\ puede\ entregar
         |não\ entregue|niedostarcz|не\ доставлено
       |bounce(?:d)?\s+(?:mail|message)|address\ (?:not\ found|unknown)|mailbox\ (?:full
         |unavailable)|nameserver\ error""",
    re.VERBOSE | re.IGNORECASE,
)

DELAYED_SUBJECT = re.compile(
    r"""\((?:delay|delayed|verzögerung|retard|vertraging)\)|^delayed\b|^delivery\ delayed
      |delayed\ mail
       |delivery\ (?:is\ |has\ been\ |status:?\ )?delay|delayed\ for\b|^warning:\ (?:message
         |could\ not\ send|e-?mail)[^\n]{0,80}(?:delay|hour)
       |still\ being\ retried|verzögert|vertraagd|retard[ée]e?\b|transient\ (?:error|failure)
         |temporary\ (?:problem|failure)""",
    re.VERBOSE | re.IGNORECASE,
)

SURELY_DELAYED = re.compile(
    r"""delivery\ attempts\ will\ continue|do\ not\ need\ to\ resend|will\ be\ retried\ (?:for
      |until)
       |warning\ message\ only|this\ is\ a\ warning\ only""",
    re.VERBOSE | re.IGNORECASE,
)
"""Said of a delay whatever the subject says."""

DELAYED = re.compile(
    r"""\bdelayed\b|warning:\s*(?:message|could\ not|mail)|still\ being\ retried
      |warning\ (?:message\ )?only
       |will\ (?:continue\ to|keep)\ (?:be\ )?(?:try|retr)|not\ yet\ been\ delivered|retr(?:y
         |ied)\ until|wird\ weiter
       |verzögert|vertraagd|retardé|will\ be\ retried|do\ not\ need\ to\ resend
         |pas\ besoin\ de\ (?:le\ )?renvoyer
       |nouvelles?\ tentatives?|opnieuw\ geprobeerd|erneut\ versucht
         |no\ action\ is\ required\ on\ your\ part""",
    re.VERBOSE | re.IGNORECASE,
)

FAILED_TEXT = re.compile(
    r"""échec\ de\ la\ remise|remise\ a\ échoué|(?:bezorg|aflever)ing[^.\n]{0,60}mislukt
       |(?:übermittlung|zustellung)[^.\n]{0,60}fehlgeschlagen
         |fehler\ bei\ der\ nachrichtenzustellung
       |permanent(?:ly)?\ (?:error|fail|fatal)|(?:could|can)\ ?not\ be\ (?:delivered|sent
      |processed)|couldn'?t\ be\ delivered
       |wasn'?t\ (?:delivered|able\ to\ deliver)|was\ not\ delivered|unable\ to\ deliver
         |not\ able\ to\ deliver|unable\ to\ send
       |delivery\ (?:to\ the\ following|failed|has\ failed|error)|did\ not\ reach|undeliverable
         |undelivered|failed\ (?:recipient|address)
       |following\ address(?:es|\(es\))?\ (?:failed|had|did)|user\ unknown|no\ such\ user
         |unknown\ user|could\ not\ deliver
       |address\ not\ found|konnte\ (?:nicht|an)|konnten\ nicht|nicht\ zugestellt|n'a\ pas\ (?:pu
         |été)|n.ont\ pas\ (?:pu|reçu)|kon(?:den)?\ niet
       |has\ been\ (?:rejected|returned|refused)|niet\ (?:worden\ )?(?:afgeleverd|bezorgd)
         |pas\ pu\ (?:être|etre)|giving\ up|no\ valid\ recipients
       |(?:^|[\s<(])55\d[\ -]|failed\ permanently|message\ (?:was\ )?not\ (?:been\ )?delivered
         |returned\ (?:mail|to\ you)|not\ (?:match|found)
       |exceeds\ allowed\ size|mailbox\ (?:is\ )?full|over\ quota|intended\ recipient:
         |не\ может\ быть\ доставлено|unzustellbar""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)

BEGINS_LIKE_REPORT = re.compile(
    r"""failed\ recipient|could\ not\ (?:be\ )?deliver|did\ not\ reach|(?:was|were)\ (?:not
      |n't)\ delivered|wasn'?t\ delivered
       |non-?delivery\ report|unable\ to\ deliver|undeliverable|delivery\ (?:failure|has\ failed
         |to\ the\ following|report)
       |n.a\ pas\ (?:pu|été)\ (?:être\ |etre\ )?(?:remis|d[ée]livr|distribu)|n'a\ pas\ pu\ etre
         |nicht\ zugestellt|niet\ (?:worden\ )?(?:afgeleverd|bezorgd)
       |cannot\ be\ delivered|could\ not\ be\ sent|has\ been\ returned
         |automatically\ (?:generated|created)|permanent\ error""",
    re.VERBOSE | re.IGNORECASE,
)

GREETING = re.compile(
    r"""\s*(?:hi\b(?!\.\ this\ is\ the)|hello|hey|dear\b|good\ (?:morning|day|afternoon)|bonjour
      |madame|monsieur|cher\b|chère
       |beste\b|dag\b|geachte|goede|hallo|guten|sehr\ geehrte|liebe|moin|salut|>|from:|de\ ?:
         |van:|von:|-+\s*(?:original|forwarded|message))""",
    re.VERBOSE | re.IGNORECASE,
)
