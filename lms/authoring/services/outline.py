"""What can be done to the outline of a course draft. Entries in, a changed copy out; who may not be deleted is asked before."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

from lms.errors import Conflict
from lms.vietnamese import slug

Entry = dict[str, Any]


def new_key(title: str, taken: Iterable[str]) -> str:
    """A key made of the title that nothing else in the course has or had."""
    taken = set(taken)
    base = slug(title)[:48].strip("-") or "bai"
    return next(key for n in range(1, 10_000) if (key := base if n == 1 else f"{base}-{n}") not in taken)


def add_module(entry: Entry, title: str) -> Entry:
    """A module at the end."""
    new = deepcopy(entry)
    new["module"].append({"key": new_key(title, (m["key"] for m in entry["module"])), "title": title, "activity": []})
    return new


def rename_module(entry: Entry, key: str, title: str) -> Entry:
    """Another title for a module."""
    new = deepcopy(entry)
    _module(new, key)["title"] = title
    return new


def remove_module(entry: Entry, key: str) -> Entry:
    """Without that module. Raises Conflict while something is in it, or when it is the only one."""
    new = deepcopy(entry)
    module = _module(new, key)
    if module["activity"]:
        raise Conflict(f"Chuyên đề “{module['title']}” còn {len(module['activity'])} bài. Hãy chuyển hoặc xóa các bài trước.")
    if len(new["module"]) == 1:
        raise Conflict("Khóa học phải có ít nhất một chuyên đề.")
    new["module"].remove(module)
    return new


def add_activity(entry: Entry, module: str, activity: Entry) -> Entry:
    """A lesson or quiz at the end of a module."""
    new = deepcopy(entry)
    _module(new, module)["activity"].append(activity)
    return new


def remove_activity(entry: Entry, key: str) -> Entry:
    """Without that lesson or quiz."""
    new = deepcopy(entry)
    module, at = _place(new, key)
    del module["activity"][at]
    return new


def replace_activity(entry: Entry, key: str, activity: Entry) -> Entry:
    """Other settings of a quiz."""
    new = deepcopy(entry)
    module, at = _place(new, key)
    module["activity"][at] = activity
    return new


def move(entry: Entry, key: str, step: int) -> Entry:
    """A module (key "m:...") or an activity one place up (-1) or down (1); an activity goes on into the next module."""
    new = deepcopy(entry)
    modules = new["module"]
    if key.startswith("m:"):
        at = modules.index(_module(new, key[2:]))
        to = min(max(at + step, 0), len(modules) - 1)
        modules.insert(to, modules.pop(at))
        return new
    module, at = _place(new, key)
    if 0 <= at + step < len(module["activity"]):
        module["activity"].insert(at + step, module["activity"].pop(at))
        return new
    beside = modules.index(module) + step
    if 0 <= beside < len(modules):
        there = modules[beside]["activity"]
        there.insert(0 if step > 0 else len(there), module["activity"].pop(at))
    return new


def put(entry: Entry, key: str, module: str, before: str) -> Entry:
    """An activity into a module, before another one or ("") at its end: what a drag asks for."""
    new = deepcopy(entry)
    source, at = _place(new, key)
    activity = source["activity"].pop(at)
    there = _module(new, module)["activity"]
    place = next((n for n, a in enumerate(there) if a["key"] == before), len(there))
    there.insert(place, activity)
    return new


def _module(entry: Entry, key: str) -> Entry:
    return _first(entry["module"], lambda m: m["key"] == key)


def _place(entry: Entry, key: str) -> tuple[Entry, int]:
    module = _first(entry["module"], lambda m: any(a["key"] == key for a in m["activity"]))
    return module, next(n for n, a in enumerate(module["activity"]) if a["key"] == key)


def _first(found: list[Entry], test: Callable[[Entry], bool]) -> Entry:
    for one in found:
        if test(one):
            return one
    raise Conflict("Mục này không còn trong khóa học. Hãy tải lại trang.")
