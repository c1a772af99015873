"""Configuration of the site; each job of our own is a file in ``_ext``."""

import os
import sys
import tomllib
from importlib.metadata import version as installed_version
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent / "tests" / "peers")]
# One thread for each process: there is a process for each core, and the last digits of
# sums must not depend on the number of cores.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
os.environ["MPLBACKEND"] = "agg"
settings = tomllib.loads((DOCS.parent / "pyproject.toml").read_text("utf-8"))
addresses = settings["tool"]["imgrecipes"]
# Below the site's address each version of it has a folder, as docs.yml lays them out.
site_url = (os.environ.get("IMGRECIPES_SITE_URL") or addresses["site-url"]).rstrip("/")
site_version = os.environ.get("IMGRECIPES_SITE_VERSION") or "dev"

project = "imgrecipes"
author = "the imgrecipes developers"
# Sphinx wants this name.
copyright = f"2026, {author}"  # noqa: A001
version = release = installed_version("imgrecipes")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "numpydoc",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "accessible",
    "api_pages",
    "build_report",
    "command_output",
    "concept_cards",
    "copy_buttons",
    "descriptions",
    "failures",
    "figures",
    "folds",
    "freshness",
    "layout",
    "light_pages",
    "mathml",
    "measured",
    "notebooks",
    "old_api",
    "peers",
    "pictures",
    "progress",
    "recipe_card",
    "script_workers",
    "speed",
    "whole",
]
exclude_patterns = ["_build", "_inventories", "**/sg_execution_times.rst"]
# `name` links to what can be imported, and is set in italics if it cannot.
default_role = "autolink"
nitpicky = True
# These have no inventory here to look names up in.
nitpick_ignore_regex = [
    ("py:.*", r"(cv2|SimpleITK|imageio|mpl_toolkits|tifffile|natsort|PIL|pywt)\..*")
]

autodoc_typehints = "none"
# No page has a table of autosummary, and to look for one takes seconds.
autosummary_generate = False
numpydoc_show_class_members = False
copybutton_exclude = ".linenos, .gp, .go"
# A recipe has a button of its own, which copies its last line end as well.
copybutton_selector = ":not(.recipe-code) > div > div.highlight > pre"

intersphinx_mapping = {
    "python": ("https://docs.python.org/3/", "_inventories/python.inv"),
    "numpy": ("https://numpy.org/doc/stable/", "_inventories/numpy.inv"),
    "scipy": ("https://docs.scipy.org/doc/scipy/", "_inventories/scipy.inv"),
    "matplotlib": ("https://matplotlib.org/stable/", "_inventories/matplotlib.inv"),
    "sklearn": ("https://scikit-learn.org/stable/", "_inventories/sklearn.inv"),
    "skimage": ("https://scikit-image.org/docs/stable/", "_inventories/skimage.inv"),
}

sphinx_gallery_conf = {
    "examples_dirs": "../gallery",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py$",
    "subsection_order": "concepts.section_key",
    "within_subsection_order": "concepts.PageKey",
    "doc_module": ("imgrecipes",),
    "backreferences_dir": "gallery/backreferences",
    "image_scrapers": ("figures.scrape_figures",),
    "reset_modules": ("figures.reset_style",),
    "capture_repr": (),
    "min_reported_time": 1e9,
    "write_computation_times": False,
    "show_signature": False,
    "remove_config_comments": True,
}

templates_path = ["_templates"]
html_theme = "pydata_sphinx_theme"
html_title = "imgrecipes"
html_baseurl = f"{site_url}/{site_version}/" if site_url else ""
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/logo.svg"
html_math_renderer = "mathml"
html_show_sourcelink = False
html_copy_source = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {
        "text": "imgrecipes",
        "image_light": "_static/logo.svg",
        "image_dark": "_static/logo.svg",
    },
    "navbar_persistent": ["search-button"],
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "icon_links": [
        {"name": "Source code", "url": address, "icon": "fa-solid fa-code"}
        for address in [addresses["repository-url"]]
        if address
    ],
}
html_sidebars = {"index": [], "conventions": [], "copy": [], "old_api": [], "peers": []}
if site_url:
    html_theme_options |= {
        "switcher": {
            "json_url": f"{site_url}/switcher.json",
            "version_match": site_version,
        },
        "check_switcher": False,  # it is written when the site is put together
        "show_version_warning_banner": True,
        "navbar_end": ["version-switcher", "theme-switcher", "navbar-icon-links"],
    }
