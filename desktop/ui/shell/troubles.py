"""What is wrong with this start of Puna, in words for its user: a box beside the first window."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QMessageBox

from desktop.client.status import Problem
from desktop.core.errors import AppError
from desktop.ui.context import Place
from desktop.ui.failures import failure_sentence

translate = QCoreApplication.translate
SETTINGS = ("settings_restored", "settings_damaged", "setting_ignored", "settings_unreadable")
MODELS = ("models_missing", "models_unreadable")
LOOK_MS = 250  # whether the system wants us to leave


def sentence(problem: Problem) -> str:
    """What happened and what to do, in the language of now; the server's words where we know no
    better."""
    known = _about_settings() | _about_lists() | _about_databases() | _about_folders()
    file = Path(problem.file)
    text = known.get(f"{problem.code} {file.stem}") or known.get(problem.code)
    text = text or f"{problem.text} {problem.remedy}".strip()
    return text.replace("%1", f"{problem.file}.").replace("%2", file.name)


def _about_settings() -> dict[str, str]:
    return {
        "safe_mode": translate(
            "Troubles",
            "Puna runs in safe mode: settings are as at first, and no model is loaded by itself."
            " Quit Puna and start it again to go back to your settings.",
        ),
        "settings_restored": translate(
            "Troubles",
            "The settings were damaged. The last good ones hold again; the damaged file was kept.",
        ),
        "settings_damaged": translate(
            "Troubles",
            "The settings were damaged. Everything is as at first; the damaged file was kept.",
        ),
        "settings_unreadable": translate(
            "Troubles", "The file of the settings cannot be read, so all is as at first: %1"
        ),
        "setting_ignored": translate(
            "Troubles",
            "Some settings are not followed, as this Puna does not know their names or values."
            " Look through the settings.",
        ),
        "program_replaced": translate(
            "Troubles", "Puna was updated while it ran, so it loads no more models. Start it again."
        ),
        "sharing_refused": translate(
            "Troubles",
            "Puna is not shared: keys are missing, or its address or certificate cannot be used."
            " The window “Connect programs” shows the way.",
        ),
    }


def _about_lists() -> dict[str, str]:
    """Small files."""
    return {
        "choices_restored": translate(
            "Troubles",
            "What you had chosen for the windows was damaged. It is now as at the last start; the"
            " damaged file was kept.",
        ),
        "choices_damaged": translate(
            "Troubles",
            "What you had chosen for the windows was damaged. Language, colours and your own"
            " instructions are as at first; the damaged file was kept.",
        ),
        "origins_restored": translate(
            "Troubles",
            "The list of web pages that may use Puna was damaged. The last good one holds again;"
            " the damaged file was kept.",
        ),
        "origins_damaged": translate(
            "Troubles",
            "The list of web pages that may use Puna was damaged, and was begun anew: Puna asks"
            " you about them again. The damaged file was kept.",
        ),
        "downloads_damaged": translate(
            "Troubles",
            "The list of downloads was damaged, and was begun anew. Begin what is missing again:"
            " it goes on where it was.",
        ),
    }


def _about_databases() -> dict[str, str]:
    """%2 is the name of a file. Behind a code, the stem of the file may stand."""
    return {
        "database_damaged activity": translate(
            "Troubles",
            "The list of what models did (%2) was damaged, and was begun anew. There is nothing to"
            " do; the damaged file was kept.",
        ),
        "database_damaged apps": translate(
            "Troubles",
            "The list of programs (%2) was damaged, and was begun anew: give programs that need a"
            " key a new one. The damaged file was kept.",
        ),
        "database_restored": translate(
            "Troubles",
            "The list of programs (%2) was damaged, and is now as its last backup. Look whether"
            " your programs and keys are as you want them.",
        ),
        "database_damaged": translate(
            "Troubles", "%2 was damaged, and was begun anew. The damaged file was kept."
        ),
        "database_too_new": translate(
            "Troubles",
            "%2 was written by a newer Puna. It was left as it is, and is not used. Install the"
            " newer version again.",
        ),
    }


def _about_folders() -> dict[str, str]:
    """%1 is a path."""
    return {
        "folder_unwritable": translate(
            "Troubles",
            "Puna may not write there, so nothing is kept: %1 Give yourself the right to write"
            " there.",
        ),
        "disk_full": translate(
            "Troubles",
            "The disk is nearly full: %1 Delete files, or remove models that you do not need.",
        ),
        "gpu_lost": translate(
            "Troubles",
            "A graphics card is gone, and models are loaded without it. If it does not come back"
            " by itself, restart the computer.",
        ),
        "gpu_unreadable": translate(
            "Troubles",
            "The graphics cards do not answer, so models run on the processor. Restarting the"
            " computer, or a newer driver, may help.",
        ),
        "pinned_not_loaded": translate(
            "Troubles",
            "A model that is to be always ready could not be loaded. Free the memory that it"
            " needs, or let it be loaded when it is asked.",
        ),
        "models_unreadable": translate(
            "Troubles",
            "The folder of the models cannot be read: %1 Give yourself the right to read it, or"
            " choose another folder in the settings.",
        ),
        "models_missing": translate(
            "Troubles",
            "The folder of the models is not there: %1 Connect its disk, or choose another folder"
            " in the settings.",
        ),
    }


def tell_failed_start(error: AppError, leaving: Event) -> None:
    """There is no server, and so no Puna: block until that is read, or we are told to leave."""
    title = translate("Troubles", "Puna cannot start.")
    box = QMessageBox(QMessageBox.Icon.Critical, "Puna", title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(failure_sentence(error))
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    looking = QTimer(box, interval=LOOK_MS)
    looking.timeout.connect(lambda: box.reject() if leaving.is_set() else None)
    looking.start()
    box.exec()


def make_box(problems: Sequence[Problem], go: Callable[[Place, str], None]) -> QMessageBox:
    """Not modal, and not shown yet; leads to where something can be done."""
    icon = QMessageBox.Icon.Warning
    title = translate("Troubles", "Puna has started, but something is not as it should be.")
    box = QMessageBox(icon, "Puna", title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText("\n\n".join(dict.fromkeys(map(sentence, problems))))
    page = _page([each.code for each in problems])
    show = box.addButton(
        translate("Troubles", "Open the settings"), QMessageBox.ButtonRole.AcceptRole
    )
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Close))
    show.clicked.connect(lambda: go(Place.SETTINGS, page))
    box.setModal(False)
    return box


def _page(codes: Sequence[str]) -> str:
    """Of the settings."""
    if any(code in MODELS for code in codes):
        return "models_dir"
    return "general" if any(code in SETTINGS for code in codes) else "diagnostics"
