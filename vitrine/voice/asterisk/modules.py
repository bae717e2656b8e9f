"""What Asterisk loads: nothing that is not used, so that nothing else can be attacked or break.

Standard library only: `tools/install_asterisk` reads this before anything is installed, and keeps
of Debian's packages these modules and the libraries that they need. `autoload` is off, so order
and dependencies are ours: a module that another one needs stands in the list, too.
"""

CORE = (
    "res_timing_timerfd",
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_sorcery_astdb",
    "bridge_simple",
    "bridge_native_rtp",
    "bridge_softmix",
    "bridge_holding",
    "bridge_builtin_features",
    "pbx_config",
    "res_musiconhold",
    "res_crypto",
)
SIP = (
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_session",
    "res_pjsip_sdp_rtp",
    "res_pjsip_authenticator_digest",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_registrar",
    "res_pjsip_outbound_registration",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_caller_id",
    "res_pjsip_diversion",
    "res_pjsip_dtmf_info",
    "res_pjsip_header_funcs",
    "res_pjsip_rfc3326",
    "res_pjsip_nat",
    "res_pjsip_pubsub",
    "res_pjsip_refer",  # a page that was loaded again takes its call over (Replaces)
    "res_pjsip_t38",
    "res_pjsip_transport_websocket",
    "res_pjsip_acl",
    "res_pjsip_logger",
    "res_http_websocket",
    "res_rtp_asterisk",
    "res_srtp",
    "chan_pjsip",
)
CONTROL = (
    "res_stasis",
    "res_stasis_answer",
    "res_stasis_device_state",
    "res_stasis_playback",
    "res_stasis_recording",
    "res_stasis_snoop",
    "res_websocket_client",
    "res_ari_model",
    "res_ari",
    "res_ari_applications",
    "res_ari_asterisk",
    "res_ari_bridges",
    "res_ari_channels",
    "res_ari_device_states",
    "res_ari_endpoints",
    "res_ari_events",
    "res_ari_playbacks",
    "res_ari_recordings",
    "app_stasis",
    "chan_bridge_media",
)
SOUND = (
    "codec_alaw",
    "codec_ulaw",
    "codec_a_mu",
    "codec_g722",
    "codec_resample",
    "codec_opus_open_source",
    "res_format_attr_opus",
    "format_wav",
    "format_pcm",
    "format_sln",
)
DIALPLAN = (
    "app_dial",
    "app_playback",
    "app_playtones",
    "app_record",
    "app_senddtmf",
    "app_verbose",
    "func_callerid",
    "func_channel",
    "func_cut",
    "func_db",
    "func_devstate",
    "func_env",
    "func_global",
    "func_hangupcause",
    "func_logic",
    "func_groupcount",
    "func_pjsip_contact",
    "func_pjsip_endpoint",
    "func_strings",
    "func_talkdetect",
    "func_timeout",
)
FAX = ("res_fax", "res_fax_spandsp")

MODULES = (*CORE, *SIP, *CONTROL, *SOUND, *DIALPLAN, *FAX)
"""In the order of loading."""
