"""How people call the models of hardware keys; for reading only, what is allowed is a setting.

The number (AAGUID) is what a key says of itself, and what the certificate of its maker proves.
A model that is not named here is shown by its number.
"""

from uuid import UUID

YUBIKEY, YUBIKEY_NFC = "YubiKey 5", "YubiKey 5 NFC"
SIMPLE, SIMPLE_NFC = "Security Key by Yubico", "Security Key NFC by Yubico"
NAMES = {
    "cb69481e-8ff7-4039-93ec-0a2729a154a8": YUBIKEY,
    "ee882879-721c-4913-9775-3dfcce97072a": YUBIKEY,
    "fa2b99dc-9e39-4257-8f92-4a30d23c4118": YUBIKEY_NFC,
    "2fc0579f-8113-47ea-b116-bb5a8db9202a": YUBIKEY_NFC,
    "a25342c0-3cdc-4414-8e46-f4807fca511c": YUBIKEY_NFC,
    "d7781e5d-e353-46aa-afe2-3ca49f13332a": YUBIKEY_NFC,
    "c5ef55ff-ad9a-4b9f-b580-adebafe026d0": "YubiKey 5Ci",
    "73bb0cd4-e502-49b8-9c6f-b59445bf720b": "YubiKey 5 FIPS",
    "c1f9a0bc-1dd2-404a-b27f-8e29047a43fd": "YubiKey 5 NFC FIPS",
    "85203421-48f9-4355-9bc8-8a53846e5083": "YubiKey 5Ci FIPS",
    "d8522d9f-575b-4866-88a9-ba99fa02f35b": "YubiKey Bio",
    "90636e1f-ef82-43bf-bdcf-5255f139d12f": "YubiKey Bio",
    "f8a011f3-8c0a-4d15-8006-17111f9edc7d": SIMPLE,
    "b92c3f9a-c014-4056-887f-140a2501163b": SIMPLE,
    "6d44ba9b-f6ec-2e49-b930-0c8fe920cb73": SIMPLE_NFC,
    "149a2021-8ef6-4133-96b8-81f8d5b7f1f5": SIMPLE_NFC,
    "a4e9fc6d-4cbe-4758-b8ba-37598bb5bbaa": SIMPLE_NFC,
    "0bb43545-fd2c-4185-87dd-feb0b2916ace": SIMPLE_NFC,
    "47ab2fb4-66ac-4184-9ae1-86be814012d5": SIMPLE_NFC,
    "2cd2f727-f6ca-44da-8f48-5c2e5da000a2": "Nitrokey 3",
    "ec99db19-cd1f-4c06-a2a9-940f17a6a30b": "Nitrokey 3",
    "931327dd-c89b-406c-a81e-ed7058ef36c6": "Swissbit iShield Key",
    "5d629218-d3a5-11ed-afa1-0242ac120002": "Swissbit iShield Key Pro",
    "260e3021-482d-442d-838c-7edfbe153b7e": "Feitian ePass FIDO2-NFC Plus",
    "ab32f0c6-2239-afbb-c470-d2ef4e254db7": "Token2 FIDO2",
    "eabb46cc-e241-80bf-ae9e-96fa6d2975cf": "Token2 PIN+",
    "73402251-f2a8-4f03-873e-3cb6db604b03": "uTrust FIDO2",
    "efb96b10-a9ee-4b6c-a4a9-d32125ccd4a4": "Thales eToken FIDO",
    "3789da91-f943-46bc-95c3-50ea2012f03a": "Neowave Winkeo FIDO2",
    "998f358b-2dd2-4cbe-a43a-e8107438dfb3": "OnlyKey",
    "8876631b-d4a0-427f-5773-0ec71c9e0279": "Solo",
    "8976631b-d4a0-427f-5773-0ec71c9e0279": "Solo Tap",
    "9876631b-d4a0-427f-5773-0ec71c9e0279": "Somu",
}
"""AAGUID -> what stands on the package; the same name for the revisions of one product."""


def model_name(aaguid: UUID | str) -> str:
    """What people call the model; its number when nobody here knows it."""
    return NAMES.get(str(aaguid), str(aaguid))
