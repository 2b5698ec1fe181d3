"""The disk image for macOS, as far as it can be looked at without macOS."""

import plistlib
from pathlib import Path

from macos_image import BUNDLE_ID, ENTITLEMENTS, commands, info_plist, signing

from desktop.core.autostart import LaunchAgent

STAGE, TARGET = Path("stage"), Path("dist/puna-1.2.3-macos-arm64.dmg")
IDENTITY = {"PUNA_CODESIGN_IDENTITY": "Developer ID Application: Nobody (XX)"}
NOTARY = {"PUNA_NOTARY_KEY": "k.p8", "PUNA_NOTARY_KEY_ID": "K", "PUNA_NOTARY_ISSUER": "I"}


def test_the_bundle_says_what_it_is() -> None:
    told = plistlib.loads(plistlib.dumps(info_plist("1.2.3")))
    assert told["LSUIElement"] is True
    assert told["LSBackgroundOnly"] is False  # PyInstaller's guess, as its worker has a console
    assert told["CFBundleVersion"] == "1.2.3"
    assert told["CFBundleExecutable"] == "puna"
    assert tuple(map(int, told["LSMinimumSystemVersion"].split("."))) >= (13, 0)


def test_start_at_login_and_bundle_have_one_name(tmp_path: Path) -> None:
    LaunchAgent(tmp_path, ["/Applications/Puna.app/Contents/MacOS/puna", "tray"]).switch(True)
    (file,) = tmp_path.iterdir()
    assert file.name == f"{BUNDLE_ID}.plist"
    assert plistlib.loads(file.read_bytes())["Label"] == BUNDLE_ID


def test_it_asks_for_one_leave_only() -> None:
    asked = plistlib.loads(ENTITLEMENTS.read_bytes())
    assert asked == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


def test_without_an_identity_nothing_is_signed() -> None:
    assert signing({}) == {}
    (making,) = commands(STAGE, TARGET, NOTARY)
    assert making[:2] == ["hdiutil", "create"]
    assert making[-1] == str(TARGET)


def test_with_an_identity_all_is_signed_under_the_hardened_runtime() -> None:
    assert signing(IDENTITY)["entitlements_file"] == str(ENTITLEMENTS)
    steps = commands(STAGE, TARGET, IDENTITY)
    assert [step[0] for step in steps] == ["hdiutil", "codesign"]
    assert IDENTITY["PUNA_CODESIGN_IDENTITY"] in steps[1]


def test_apple_is_asked_last_and_its_answer_attached() -> None:
    steps = commands(STAGE, TARGET, IDENTITY | NOTARY)
    assert [step[1] for step in steps[2:]] == ["notarytool", "stapler"]
    assert "--wait" in steps[2]
