"""All dialects that are spoken here."""

from desktop.api.description.anthropic import ANTHROPIC
from desktop.api.description.ollama import OLLAMA
from desktop.api.description.openai import OPENAI
from desktop.api.description.puna import PUNA

DIALECTS = (OLLAMA, OPENAI, ANTHROPIC, PUNA)
