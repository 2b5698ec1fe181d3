"""Recipes: the programs at one side, what to do at the other, with the user's own values in it."""

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.client.apps import NewKey
from desktop.ui.connect.copying import CodeBlock, CopyLine
from desktop.ui.connect.presenter import Pantry
from desktop.ui.connect.recipes import ANY_KEY, Place, Recipe
from desktop.ui.look.filled import filled
from desktop.ui.look.scrolling import put_in, scrolled
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import ToneLabel, heading

LIST_PX = 190


class RecipesPage(QWidget):
    """Shows a Pantry."""

    key_wished = Signal(str)  # the name of the program
    models_wished = Signal()

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self._pantry = Pantry((), (), False)
        self._keys: dict[str, str] = {}  # made here, by the program's name
        self.names = QListWidget()
        self.names.setAccessibleName(self.tr("Programs"))
        self.model = QComboBox()
        self.model.setAccessibleName(self.tr("Model in the recipe"))
        self.model.view().setAccessibleName(self.model.accessibleName())
        self.no_model = QPushButton(self.tr("Get a model…"))
        self.steps: list[CodeBlock | CopyLine] = []
        self.title = heading("", 1.2)
        self.key_line = ToneLabel()
        self.make_key = QPushButton()
        self._scroll = scrolled(QWidget(), self.tr("Recipe"))
        self._lay_out()
        self.names.currentRowChanged.connect(lambda _row: self._show())
        self.model.currentTextChanged.connect(lambda _text: self._show())
        self.no_model.clicked.connect(self.models_wished)
        self.make_key.clicked.connect(self._on_key_wished)

    @property
    def recipe(self) -> Recipe | None:
        """The one that is shown."""
        item = self.names.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item else None

    def show_pantry(self, pantry: Pantry, address: str) -> None:
        """What is chosen stays chosen."""
        self._pantry, self._address = pantry, address
        before, model = self.recipe, self.model.currentText()
        self.names.blockSignals(True)
        self.model.blockSignals(True)
        self.names.clear()
        self._list(pantry, before.id if before else "")
        self.model.clear()
        self.model.addItems(list(pantry.models))
        self.model.setCurrentText(model if model in pantry.models else self.model.itemText(0))
        self.names.blockSignals(False)
        self.model.blockSignals(False)
        self.model.setVisible(bool(pantry.models))
        self.no_model.setVisible(not pantry.models)
        self._show()

    def choose(self, recipe_id: str) -> None:
        """Show this one."""
        for row in range(self.names.count()):
            recipe = self.names.item(row).data(Qt.ItemDataRole.UserRole)
            if recipe and recipe.id == recipe_id:
                self.names.setCurrentRow(row)

    def _list(self, pantry: Pantry, chosen: str) -> None:
        """Under a title for each group; the first one is chosen unless `chosen` is there."""
        titles = {"program": self.tr("Programs"), "code": self.tr("Your own code")}
        group = ""
        for recipe in pantry.recipes:
            if recipe.group != group:
                group = recipe.group
                title = QListWidgetItem(titles.get(group, group), self.names)
                title.setFlags(Qt.ItemFlag.NoItemFlags)
                font = QFont(self.names.font())
                font.setWeight(QFont.Weight.DemiBold)
                title.setFont(font)
            item = QListWidgetItem(recipe.name, self.names)
            item.setData(Qt.ItemDataRole.UserRole, recipe)
            if recipe.id == chosen or not self.recipe:
                self.names.setCurrentItem(item)
        self._colour_titles()

    def _colour_titles(self) -> None:
        """Qt would make them as pale as what cannot be used now."""
        for row in range(self.names.count()):
            item = self.names.item(row)
            if item.flags() == Qt.ItemFlag.NoItemFlags:
                item.setForeground(Tone.QUIET.color())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour_titles()

    def show_key(self, made: NewKey) -> None:
        """Fill it in where its program's recipe is shown."""
        self._keys[made.name] = made.key
        self._show()

    def _lay_out(self) -> None:
        self.names.setFixedWidth(LIST_PX)
        self.names.setSpacing(2)
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        model_label = QLabel(self.tr("&Model"))
        model_label.setBuddy(self.model)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(model_label)
        top.addWidget(self.model)
        top.addWidget(self.no_model)
        key = QHBoxLayout()
        key.addWidget(self.key_line, 1)
        key.addWidget(self.make_key)
        right = QVBoxLayout()
        right.setSpacing(SPACE)
        right.addLayout(top)
        right.addLayout(key)
        right.addWidget(self._scroll, 1)
        layout = QHBoxLayout(self)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.names)
        layout.addLayout(right, 1)

    def _show(self) -> None:
        recipe = self.recipe
        if recipe is None:
            return
        self.title.setText(recipe.name)
        self._show_key(recipe)
        place = Place(self._address, self.model.currentText() or "llama3.2:1b", self._key(recipe))
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, SPACE, 0)
        layout.setSpacing(SPACE)
        self.steps = []
        language = QLocale().name()[:2]
        for step in recipe.steps:
            sentence = QLabel(step.sentence(language), wordWrap=True)
            sentence.setTextFormat(Qt.TextFormat.PlainText)
            layout.addWidget(sentence)
            if step.text:
                block = _block(step.sentence(language), place.fill(step.text))
                self.steps.append(block)
                layout.addWidget(block)
        layout.addStretch(1)
        put_in(self._scroll, page)

    def _key(self, recipe: Recipe) -> str:
        no_key = self.tr("YOUR-KEY") if self._pantry.keys_required else ANY_KEY
        return self._keys.get(recipe.name, no_key)

    def _show_key(self, recipe: Recipe) -> None:
        has_key = recipe.name in self._keys
        self.key_line.setVisible(recipe.uses_key)
        self.make_key.setVisible(recipe.uses_key and not has_key)
        self.make_key.setText(filled(self.tr("Make a key for %1"), recipe.name))
        if has_key:
            text = self.tr("The key is in the recipe. Copy it now: it is shown this once.")
        elif self._pantry.keys_required:
            text = self.tr("Puna wants a key from every program.")
        else:
            text = self.tr("On this computer no key is needed. With one of its own, the program"
                           " can be told from others, and be blocked.")  # fmt: skip
        self.key_line.setText(text)

    def _on_key_wished(self) -> None:
        if recipe := self.recipe:
            self.key_wished.emit(recipe.name)


def _block(name: str, text: str) -> CodeBlock | CopyLine:
    if "\n" in text:
        return CodeBlock(name, text)
    line = CopyLine(name)
    line.show_text(text)
    return line
