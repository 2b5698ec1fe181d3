"""Light and dark for desktops that have no such choice themselves."""

from PySide6.QtGui import QColor, QPalette

Role = QPalette.ColorRole
_LIGHT = {
    Role.Window: "#efefef", Role.WindowText: "#1b1b1b", Role.Base: "#ffffff",
    Role.AlternateBase: "#f5f5f5", Role.Text: "#1b1b1b", Role.Button: "#efefef",
    Role.ButtonText: "#1b1b1b", Role.BrightText: "#ffffff", Role.Light: "#ffffff",
    Role.Midlight: "#dcdcdc", Role.Mid: "#b8b8b8", Role.Dark: "#9f9f9f", Role.Shadow: "#767676",
    Role.Highlight: "#2f6f73", Role.HighlightedText: "#ffffff", Role.Link: "#1a5fb4",
    Role.LinkVisited: "#7a3e9d", Role.ToolTipBase: "#ffffff", Role.ToolTipText: "#1b1b1b",
    Role.PlaceholderText: "#6f6f6f", Role.Accent: "#2f6f73",
}  # fmt: skip
_DARK = {
    Role.Window: "#2b2b2b", Role.WindowText: "#ececec", Role.Base: "#1f1f1f",
    Role.AlternateBase: "#262626", Role.Text: "#ececec", Role.Button: "#3a3a3a",
    Role.ButtonText: "#ececec", Role.BrightText: "#ffffff", Role.Light: "#4a4a4a",
    Role.Midlight: "#424242", Role.Mid: "#1c1c1c", Role.Dark: "#171717", Role.Shadow: "#000000",
    Role.Highlight: "#3f8c8c", Role.HighlightedText: "#ffffff", Role.Link: "#7ab7ff",
    Role.LinkVisited: "#c79bea", Role.ToolTipBase: "#3a3a3a", Role.ToolTipText: "#ececec",
    Role.PlaceholderText: "#9a9a9a", Role.Accent: "#3f8c8c",
}  # fmt: skip
_FADED = (Role.WindowText, Role.Text, Role.ButtonText, Role.HighlightedText)


def own_palette(*, dark: bool) -> QPalette:
    """All roles; what is disabled is half way to its ground."""
    palette, colors = QPalette(), _DARK if dark else _LIGHT
    for role, name in colors.items():
        palette.setColor(role, QColor(name))
    faded = QColor("#7d7d7d" if dark else "#9a9a9a")
    for role in _FADED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return palette
