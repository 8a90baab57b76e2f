"""The catalogue's search index: what people type, in any of three languages, inflected, without accents, with a slip.

252 procedures are a few thousand words, so the index lives in each process and a query costs about a millisecond and
no statement. Why not Postgres: `docs/adr/0012-search-in-memory.md`.
"""

import csv
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein, Prefix

DATA = Path(__file__).parent / "data"
WORD = re.compile(r"[a-z0-9ñ]+")
LONGEST_QUERY = 200
MOST_WORDS = 12
# How much a word counts by where it stands, and by how well it fits.
FIELDS = {"name": 3.0, "keywords": 2.6, "family": 0.6, "text": 0.55}
SYNONYM, SOUND, SLIP = 0.75, 0.85, 0.6
SHORTEST_STEM = 4
ENDING = 3  # letters that a Basque or Spanish ending may add
# How Basque and Spanish spell the same sound; both are read as the first.
SOUNDS = (("tx", "ch"), ("k", "qu"), ("b", "v"), ("i", "y"), ("g", "gu"), ("s", "z"), ("np", "mp"), ("nb", "mb"))


def normalise(text: str) -> str:
    """Lower case, no accents; ñ stays a letter of its own."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ñ", "\0"))
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("\0", "ñ")


def words_of(text: str) -> list[str]:
    return WORD.findall(normalise(text))


@dataclass(frozen=True)
class Entry:
    """A procedure as the search reads it. `keywords` are comma-separated words and phrases of every language."""

    code: str
    name: str
    keywords: str
    family: str
    text: str


@dataclass
class Index:
    """Which procedures hold which word, and where."""

    codes: list[str] = field(default_factory=list)
    weights: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))  # word → procedure → weight
    phrases: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    sounds: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def rank(self, query: str) -> list[str]:
        """The codes of the procedures that fit, best first; empty where none does."""
        words = _query_words(query)
        scores: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        total = 0.0
        for word in words:
            found = self._holders(word)
            if not found:
                total += math.log(len(self.codes) + 1) * 0.5
                continue
            rarity = math.log(1 + (len(self.codes) - len(found) + 0.5) / (len(found) + 0.5))
            total += rarity
            for at, weight in found.items():
                scores[at] += rarity * weight
                covered[at] += rarity
        for at in self._with_phrase(words):
            scores[at] *= 1.6
        for at in scores:
            scores[at] *= 0.4 + 0.6 * covered[at] / total
            scores[at] *= _popularity().get(self.codes[at], 1.0)
        best = max(scores.values(), default=0.0)
        kept = [at for at in scores if scores[at] > best * 0.15]
        return [self.codes[at] for at in sorted(kept, key=lambda at: (-scores[at], at))]

    def _holders(self, word: str) -> dict[int, float]:
        """Procedure → weight of the best fit of this word."""
        found: dict[int, float] = {}
        for term, fit in self._fits(word).items():
            for at, weight in self.weights[term].items():
                found[at] = max(found.get(at, 0.0), weight * fit)
        return found

    def _fits(self, word: str) -> dict[str, float]:
        """Word of the catalogue → how well it fits: as it is, in another ending, by its sound, by a synonym, a slip."""
        fits = self._forms(word)
        for other in _synonyms(word):
            for term, fit in self._forms(other).items():
                fits[term] = max(fits.get(term, 0.0), fit * SYNONYM)
        return fits or self._slips(word)

    def _forms(self, word: str) -> dict[str, float]:
        fits: dict[str, float] = {}
        if word in self.weights:
            fits[word] = 1.0
        key = sound(word)
        for term in self.stems.get(key[:SHORTEST_STEM], ()):
            if term not in fits and (fit := _same_stem(key, sound(term))):
                fits[term] = fit * (1.0 if word[:3] == term[:3] else SOUND)
        return fits

    def _slips(self, word: str) -> dict[str, float]:
        """Words one slip away, two in a long one."""
        if len(word) < 5:
            return {}
        allowed = 1 if len(word) < 8 else 2
        key = sound(word)
        return {
            term: SLIP
            for spelt, terms in self.sounds.items()
            if abs(len(spelt) - len(key)) <= ENDING
            and DamerauLevenshtein.distance(key, spelt[: max(len(key), len(spelt) - ENDING)], score_cutoff=allowed)
            <= allowed
            for term in terms
        }

    def _with_phrase(self, words: list[str]) -> set[int]:
        """Procedures one of whose keyword phrases stands in the query, or is it."""
        found: set[int] = set()
        for start in range(len(words)):
            for end in range(start + 2, len(words) + 1):
                found |= self.phrases.get(" ".join(words[start:end]), set())
        return found


def build(entries: Iterable[Entry]) -> Index:
    index = Index()
    for at, entry in enumerate(entries):
        index.codes.append(entry.code)
        for place, weight in FIELDS.items():
            for word in words_of(getattr(entry, place)):
                known = index.weights[word]
                known[at] = max(known.get(at, 0.0), weight)
        for phrase in entry.keywords.split(","):
            index.phrases[" ".join(_content(words_of(phrase)))].add(at)
    for word in index.weights:
        key = sound(word)
        index.sounds[key].append(word)
        index.stems[key[:SHORTEST_STEM]].append(word)
    return index


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """The word as it is spoken in both languages: `bolante` and `volante` are one."""
    for one, other in SOUNDS:
        word = word.replace(other, one)
    word = word.replace("h", "") if len(word) > 3 else word
    word = re.sub(r"c(?=[ei])", "s", word)
    return re.sub(r"c", "k", word)


def _same_stem(word: str, term: str) -> float:
    """How well two spellings fit that begin alike: 0 where they are different words."""
    common = Prefix.similarity(word, term)
    shortest, longest = sorted((len(word), len(term)))
    if common < max(SHORTEST_STEM, min(longest - ENDING, shortest), shortest - ENDING):
        return 0.0
    return 0.95 * common / max(shortest, longest - 2)


def _query_words(query: str) -> list[str]:
    return _content(words_of(query[:LONGEST_QUERY]))[:MOST_WORDS]


def _content(words: list[str]) -> list[str]:
    """Without the words that say nothing, unless there are no others."""
    return [word for word in words if word not in _stop_words()] or words


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(words_of((DATA / "search_stop_words.txt").read_text(encoding="utf-8")))


@cache
def _synonym_table() -> Mapping[str, frozenset[str]]:
    """Stem's sound → the other words of its line in search_synonyms.txt."""
    table: dict[str, frozenset[str]] = defaultdict(frozenset)
    for line in (DATA / "search_synonyms.txt").read_text(encoding="utf-8").splitlines():
        group = words_of(line.split("#")[0])
        for word in group:
            table[sound(word)] |= frozenset(group) - {word}
    return table


@lru_cache(maxsize=5_000)
def _synonyms(word: str) -> frozenset[str]:
    """Other words for the same thing, whatever the ending it was typed with."""
    key, table = sound(word), _synonym_table()
    if key in table:
        return table[key]
    alike = [(fit, one) for one in table if (fit := _same_stem(key, one)) > 0.7]
    return table[max(alike)[1]] if alike else frozenset()


@cache
def _popularity() -> Mapping[str, float]:
    """Code → what its being asked for often adds; decides among equals."""
    with (DATA / "most_used.csv").open(encoding="utf-8", newline="") as lines:
        return {line["code"]: float(line["factor"]) for line in csv.DictReader(lines, delimiter=";")}
