"""LaTeX as people can read it."""

import pytest

from desktop.ui.chat.formulas import MAX_DEPTH, readable, with_readable_formulas


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\frac{1}{2}", "1/2"),
        (r"\frac{x+1}{y}", "(x+1)/y"),
        (r"\sqrt{x}", "√x"),
        (r"\sqrt[3]{xy}", "∛(xy)"),
        (r"e^{i\pi} + 1 = 0", "e^(iπ) + 1 = 0"),
        (r"x_1^2", "x₁²"),
        (r"\int_0^\infty e^{-x} dx", "∫₀^∞ e⁻ˣ dx"),
        (r"\mathbb{R}^n \subseteq \mathcal{X}", "ℝⁿ ⊆ X"),
        (r"\vec{v} \cdot \hat{n}", "v⃗ · n̂"),
        (r"\left( a \right)", "( a )"),
        (r"a \implies b \text{ if } c", "a ⇒ b if c"),
        (r"\unknowncommand{x}", "unknowncommand x"),
        (r"{unbalanced", "unbalanced"),
        ("\\", ""),
        (r"\begin{aligned} a &= b \end{aligned}", "a = b"),
    ],
)
def test_a_formula_is_readable(source: str, text: str) -> None:
    assert readable(source) == text


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $6.",
        "From $5-$7, about US$3",
        "`$x^2$` stays code",
        "a_b and 2*3*4",
        r"C:\new\table",
        "$HOME and $PATH",
    ],
)
def test_what_is_no_formula_stays(text: str) -> None:
    assert with_readable_formulas(text) == text


def test_signs_of_markdown_in_a_formula_mean_nothing() -> None:
    assert with_readable_formulas(r"\(a * b * c_{MAX}\)") == r"a \* b \* c\_(MAX)"


def test_a_formula_on_its_own_lines_becomes_a_paragraph() -> None:
    text = with_readable_formulas("Thus\n$$\na = b \\\\\nc = d\n$$\nend")
    assert text == "Thus\n\n\na = b  \nc = d\n\n\nend"


def test_endless_nesting_ends() -> None:
    depth = MAX_DEPTH * 50
    assert readable("{" * depth + "x" + "}" * depth).count("{") == depth - MAX_DEPTH - 1
