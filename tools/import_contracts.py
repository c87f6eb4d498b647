"""An import-linter contract that says what a package may import, where the built-in ones say what it may not.

A list of what is forbidden grows stale with the next module or dependency; a list of what is allowed does not.
"""

from __future__ import annotations

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class AllowedImportsContract(Contract):
    """The source modules import nothing but themselves, the standard library and what is allowed.

    Options:
        source_modules: The packages that are held to it, with all that lies in them.
        allowed_modules: What they may import, with all that lies in it.
        ignore_imports: Single imports that are let through, as "importer -> imported"; each must be there. (Optional.)
    """

    source_modules = fields.ListField(subfield=fields.StringField())
    allowed_modules = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    ignore_imports = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect the imports that are not allowed, and the exceptions that nothing needs."""
        sources: list[str] = list(self.source_modules)  # type: ignore[call-overload]
        allowed = (*sources, *self.allowed_modules, *sys.stdlib_module_names)  # type: ignore[misc]
        ignored: set[str] = set(self.ignore_imports)  # type: ignore[call-overload]
        found = {
            f"{importer} -> {imported}"
            for source in sources
            for importer in {source} | graph.find_descendants(source)
            for imported in graph.find_modules_directly_imported_by(importer)
            if not any(imported == name or imported.startswith(f"{name}.") for name in allowed)
        }
        return ContractCheck(
            kept=found == ignored, metadata={"illegal": sorted(found - ignored), "unneeded": sorted(ignored - found)}
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for every finding."""
        for line in check.metadata["illegal"]:
            output.print_error(f"{line} is not allowed", bold=False)
        for line in check.metadata["unneeded"]:
            output.print_error(f"{line} is let through, and is not there", bold=False)
        output.new_line()
