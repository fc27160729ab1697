"""What the numbers of a regression are called. No keras: pages name them before they ask."""


def target_names(target_name: str, count: int) -> tuple[str, ...]:
    """A name for each of `count` numbers.

    >>> target_names("width, height", 2), target_names("y", 2), target_names("y (m, s)", 1)
    (('width', 'height'), ('y 1', 'y 2'), ('y (m, s)',))
    """
    named = tuple(target_name.split(", "))
    if count == 1:
        return (target_name,)
    return named if len(named) == count else tuple(f"{target_name} {number + 1}" for number in range(count))
