"""
Python runs this file first where its folder is on PYTHONPATH. Debian's azure-cli names versions of the compute and
network APIs that its SDK packages do not contain, and every `az vm` command ends in an import error. Here each such
version becomes the newest one that is installed.
"""

import importlib.abc
import importlib.util
import os
import re
import sys

PROFILES = "azure.cli.core.profiles._shared"


class LowerMissingVersions(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != PROFILES:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def run_and_lower(module):
            run(module)
            lower(module.AZURE_API_PROFILES["latest"], module.ResourceType)

        spec.loader.exec_module = run_and_lower
        return spec


def lower(profile, types):
    for resource_type in (types.MGMT_COMPUTE, types.MGMT_NETWORK):
        installed = installed_versions(resource_type.import_prefix)
        wanted = profile[resource_type]
        if isinstance(wanted, str):
            profile[resource_type] = available(wanted, installed)
        else:
            for group, version in wanted.profile.items():
                wanted.profile[group] = available(version, installed)


def installed_versions(package):
    folder = os.path.join(*package.split("."))
    names = [name for place in sys.path if os.path.isdir(os.path.join(place, folder))
             for name in os.listdir(os.path.join(place, folder))]
    return sorted(name[1:].replace("_", "-") for name in names if re.fullmatch(r"v\d{4}_\d\d_\d\d", name))


def available(version, installed):
    older = [one for one in installed if one <= version]
    return version if version in installed or not older else older[-1]


sys.meta_path.insert(0, LowerMissingVersions())
