import pickle

import pytest

from coop_service.errors import Fault, InvalidInput, pointer


def test_a_pointer_escapes_what_would_split_it():
    assert pointer("orders", 3, "load", "kg/m~2") == "/orders/3/load/kg~1m~02"


def test_faults_survive_the_way_from_another_process():
    faults = (Fault("/date", "bad_date", "日期 / date"), Fault("", "empty", "空 / empty"))
    copy = pickle.loads(pickle.dumps(InvalidInput(faults)))
    assert copy.faults == faults
    assert str(copy) == "/date: 日期 / date [bad_date]\n/: 空 / empty [empty]"


def test_input_without_a_fault_is_not_invalid():
    with pytest.raises(ValueError, match="at least one fault"):
        InvalidInput([])
