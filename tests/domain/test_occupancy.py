from coop_service.domain.occupancy import Peak, Stay, find_excesses, find_peak


def stays(*spans):
    return [Stay(str(number), *span) for number, span in enumerate(spans)]


def test_what_leaves_makes_room_for_what_comes_at_the_same_second():
    assert find_peak(stays((0, 10), (10, 20))) == Peak(0, 1)
    assert find_peak(stays((0, 11), (10, 20))) == Peak(10, 2)


def test_the_peak_is_the_first_of_equal_ones_also_in_floats():
    assert find_peak(stays((0, 5, 0.3), (10, 20, 0.1), (12, 20, 0.2))) == Peak(0, 0.3)


def test_what_stays_to_the_end_stays_and_what_ends_before_it_starts_was_never_there():
    assert find_peak(stays((0, None, 2.5), (30, 20), (7, 7))) == Peak(0, 2.5)
    assert find_peak(stays((30, 20))) is None
    assert find_peak([]) is None


def test_each_stretch_above_the_limit_has_its_own_peak():
    day = stays((0, 10), (2, 10), (4, 6), (20, 30), (25, None))
    assert list(find_excesses(day, 1)) == [Peak(4, 3), Peak(25, 2)]
    assert list(find_excesses(day, 2)) == [Peak(4, 3)]
    assert list(find_excesses(day, 3)) == []


def test_a_limit_may_be_met_exactly():
    assert list(find_excesses(stays((0, 9, 0.1), (0, 9, 0.2)), 0.3)) == []


def test_a_stay_is_there_from_its_first_second_and_not_at_its_last():
    (stay,) = stays((5, 9))
    assert [stay.is_at(time_s) for time_s in (4, 5, 8, 9)] == [False, True, True, False]
    assert Stay("x", 5, None).is_at(10**9)
