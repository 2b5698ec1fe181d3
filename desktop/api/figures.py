"""The figures of `/metrics`: counters of requests that are over, and what is the case now."""

from collections import Counter as Tally
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from desktop.api.activity.entry import Entry, State
from desktop.api.desk import Desk
from desktop.core.version import PUNA_VERSION

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
TOKENS_PER_SECOND = (1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 400)


class Figures:
    """A registry of its own; models are named as they are installed."""

    def __init__(self, desk: Desk) -> None:
        without_moments: Callable[[], None] = disable_created_metrics  # it has no types itself
        without_moments()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_Present(desk))
        self._requests = self._counter(
            "requests", "Requests that are over.", "route", "model", "status"
        )
        self._prompt = self._counter("prompt_tokens", "Tokens of prompts.", "model")
        self._cached = self._counter(
            "cached_prompt_tokens", "Tokens of prompts that were remembered.", "model"
        )
        self._output = self._counter("output_tokens", "Tokens of answers.", "model")
        self._truncated = self._counter(
            "truncated_requests", "Requests whose prompt was cut to fit.", "model"
        )
        self._first = self._histogram(
            "first_token_seconds", "From the request to the first token.", SECONDS
        )
        self._total = self._histogram(
            "request_seconds", "From the request to the end of the answer.", SECONDS
        )
        self._rate = self._histogram(
            "output_tokens_per_second", "Rate of an answer.", TOKENS_PER_SECOND
        )

    def count(self, entry: Entry) -> None:
        """A request is over."""
        model = entry.model
        self._requests.labels(entry.route, model, str(entry.status)).inc()
        self._prompt.labels(model).inc(entry.prompt_tokens)
        self._cached.labels(model).inc(entry.cached_tokens)
        self._output.labels(model).inc(entry.output_tokens)
        if entry.truncated_messages or entry.truncated_tokens:
            self._truncated.labels(model).inc()
        self._total.labels(model).observe(entry.total_s or 0.0)
        if entry.first_token_s is not None:
            self._first.labels(model).observe(entry.first_token_s)
        if entry.output_tokens and entry.output_s:
            self._rate.labels(model).observe(entry.output_tokens / entry.output_s)

    def text(self) -> bytes:
        """All of them, in Prometheus' text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"puna_{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"puna_{name}", text, ("model",), buckets=buckets, registry=self._registry)


class _Present(Collector):
    """What is the case when somebody asks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Metric]:
        build = GaugeMetricFamily("puna_info", "Which Puna this is.", labels=("version",))
        build.add_metric((PUNA_VERSION,), 1)
        yield build
        yield self._running()
        yield self._memory()
        yield self._downloads()

    def _running(self) -> Metric:
        found = GaugeMetricFamily(
            "puna_requests_running", "Requests by what is being done.", labels=("state",)
        )
        tally = Tally(entry.state for entry in self._desk.activity.running)
        for state in (State.WAITING, State.READING, State.GENERATING):
            found.add_metric((state.value,), tally[state])
        return found

    def _memory(self) -> Metric:
        found = GaugeMetricFamily(
            "puna_model_memory_bytes", "Memory of loaded models.", labels=("model", "place")
        )
        sizes: Tally[tuple[str, str]] = Tally()  # for a moment, a model may be there twice
        for runner in self._desk.engine.runners:
            sizes[runner.name, "gpu"] += runner.gpu_bytes
            sizes[runner.name, "ram"] += runner.size_bytes - runner.gpu_bytes
        for place, size in sorted(sizes.items()):
            found.add_metric(place, size)
        return found

    def _downloads(self) -> Metric:
        found = GaugeMetricFamily("puna_downloads", "Downloads by state.", labels=("state",))
        tally = Tally(job.state.value for job in self._desk.downloads.jobs)
        for state in sorted(tally):
            found.add_metric((state,), tally[state])
        return found
