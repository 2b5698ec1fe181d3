"""What the panel's knobs are called, what they do, and what they may be."""

from PySide6.QtCore import QObject

from desktop.ui.chat.parameters_knob import KnobWords

MOST_TOKENS = 1_048_576
MOST_SEED = 2**31 - 1
MOST_LAYERS = 999


class Words(QObject):
    """In the language of now."""

    def main(self) -> tuple[KnobWords, ...]:
        """What everybody understands and may want."""
        return (
            KnobWords(
                option="temperature",
                title=self.tr("Creativity"),
                hint=self.tr(
                    "Low answers are sober and alike each time, high ones surprise more often, and"
                    " go wrong more often."
                ),
                low=0,
                high=2,
                step=0.05,
                decimals=2,
                ends=(self.tr("sober"), self.tr("inventive")),
            ),
            KnobWords(
                option="num_predict",
                title=self.tr("Longest answer"),
                hint=self.tr("In tokens: four of them are about three words."),
                low=-1,
                high=MOST_TOKENS,
                step=64,
                nothing=self.tr("until it is done"),
            ),
            KnobWords(
                option="num_ctx",
                title=self.tr("Context length"),
                hint=self.tr(
                    "How much of the chat the model can bear in mind, in tokens. More needs more"
                    " memory, and the model is loaded again."
                ),
                low=256,
                high=MOST_TOKENS,
                step=1024,
            ),
        )

    def more(self) -> tuple[KnobWords, ...]:
        """What is for people who know these words from elsewhere."""
        return (
            *self._words_to_choose_from(),
            KnobWords(
                option="repeat_penalty",
                title=self.tr("Against repetition"),
                hint=self.tr("Above 1, words that were just used become less likely."),
                low=0.5,
                high=2,
                step=0.05,
                decimals=2,
            ),
            KnobWords(
                option="seed",
                title=self.tr("Repeatable answers"),
                hint=self.tr("The same number and the same question give the same answer."),
                low=-1,
                high=MOST_SEED,
                step=1,
                nothing=self.tr("no"),
            ),
            KnobWords(
                option="num_gpu",
                title=self.tr("Layers on the graphics card"),
                hint=self.tr("Fewer leave memory of the card to other programs."),
                low=-1,
                high=MOST_LAYERS,
                step=1,
                nothing=self.tr("as many as fit"),
            ),
        )

    def _words_to_choose_from(self) -> tuple[KnobWords, ...]:
        return (
            KnobWords(
                option="top_p",
                title=self.tr("Share of the likely words"),
                hint=self.tr("Only the likeliest words that make up this share are considered."),
                low=0,
                high=1,
                step=0.05,
                decimals=2,
            ),
            KnobWords(
                option="top_k",
                title=self.tr("Number of likely words"),
                hint=self.tr("Only so many of the likeliest words are considered."),
                low=0,
                high=1000,
                step=1,
                nothing=self.tr("all"),
            ),
            KnobWords(
                option="min_p",
                title=self.tr("Least likelihood"),
                hint=self.tr("Words that are this much less likely than the best are left out."),
                low=0,
                high=1,
                step=0.01,
                decimals=2,
            ),
        )
