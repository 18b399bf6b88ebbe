"""The engines start light: who grades a quiz pays for no statistics."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["lms.grading", "lms.competence"])
def test_it_loads_neither_numpy_nor_flask(module):
    code = f"import sys, {module}; print({{'numpy', 'scipy', 'flask'}} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"


def test_the_engine_loads_no_flask_and_no_database():
    code = "import sys, lms.competence.engine; print({'flask', 'sqlalchemy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
