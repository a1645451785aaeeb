"""Checks Python files without packages: each compiles without a warning, imports nothing that it
does not use, and keeps its lines within 120 columns.

usage: check_python.py FILE...
"""

import ast
import sys
import warnings

LONGEST_LINE = 120


def problems_of(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            tree = ast.parse(text, path)
            compile(text, path, "exec")
        except (SyntaxError, Warning) as problem:
            return [f"{path}: {problem}"]
    found = [
        f"{path}:{number}: longer than {LONGEST_LINE} columns"
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    return found + unused_imports(path, tree)


def unused_imports(path, tree):
    imported = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            continue  # says how the file is read; nobody uses its name
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                name = (alias.asname or alias.name).split(".")[0]
                imported[name] = node.lineno
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    exported = {
        element.value
        for node in ast.walk(tree)
        if isinstance(node, ast.List)
        for element in node.elts
        if isinstance(element, ast.Constant)
    }
    return [
        f"{path}:{line}: '{name}' is imported and not used"
        for name, line in imported.items()
        if name not in used and name not in exported
    ]


def main():
    found = [problem for path in sys.argv[1:] for problem in problems_of(path)]
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
