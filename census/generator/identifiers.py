"""Valid numbers of identity that never meet: each town has a share of its own, and the share is walked in a scatter."""

LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
# numbers below twenty million stay free for the people of the tests and of the demonstration
DNI_FROM, DNI_COUNT, DNI_STEP, DNI_SHARE = 20_000_000, 80_000_000, 48_271_063, 700_000
NIE_COUNT, NIE_STEP, NIE_SHARE = 30_000_000, 7_654_321, 265_000


def dni(town: int, order: int, shift: int) -> str:
    """The town's DNI number `order`; steps and counts share no divisor, so no number comes twice."""
    if order >= DNI_SHARE:
        raise ValueError("a town has at most 700,000 such numbers")
    number = DNI_FROM + ((town * DNI_SHARE + order) * DNI_STEP + shift) % DNI_COUNT
    return f"{number:08d}{LETTERS[number % 23]}"


def nie(town: int, order: int, shift: int) -> str:
    """The town's NIE number `order`: X, Y or Z, seven digits, and the letter of the eight digits they stand for."""
    if order >= NIE_SHARE:
        raise ValueError("a town has at most 265,000 such numbers")
    number = ((town * NIE_SHARE + order) * NIE_STEP + shift) % NIE_COUNT
    return f"{'XYZ'[number // 10_000_000]}{number % 10_000_000:07d}{LETTERS[number % 23]}"
