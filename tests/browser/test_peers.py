"""What breaks in the best known visualizers, each row a test that passes here: `ROWS` says where each is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.bench.page import heap, use
from tests.browser.conftest import Watch
from tests.browser.driving import give, photo
from tests.browser.views import check_view, settle_pointer, wait_until_quiet

pytestmark = pytest.mark.browser

ROWS = {
    "uploads of odd sizes throw": ["test_peers.test_every_size_is_shown_as_it_was_computed"],
    "a narrow picture is filled up with black": ["test_peers.test_what_is_done_with_a_narrow_picture_is_said"],
    "alpha becomes black; few formats": ["test_peers.test_see_through_pictures_are_laid_on_paper_and_say_so"],
    "the legend is wrong after a change": [
        "test_network.test_the_legend_says_the_range_of_what_is_drawn",
        "test_photo_network.test_another_photo_changes_order_maps_and_ranges_together",
        "test_peers.test_the_legend_lets_go_of_a_map_when_another_run_came_meanwhile",
    ],
    "quick clicks show another one's result": ["test_models.test_the_last_of_quick_choices_is_what_is_shown"],
    "a double click leaves a half-open view": [
        "test_random_clicks.test_random_clicks_end_in_a_view_that_is_whole_and_true"
    ],
    "the window jumps": ["test_ledger.test_the_window_is_moved_by_its_controls"],
    "labels are not the tensors' shapes": ["test_photo_network.test_labels_say_the_true_shapes_and_counts"],
    "flatten in another order; sums do not reconcile": [
        "test_random_cells.test_random_cells_add_up_and_their_numpy_lines_agree"
    ],
    "maps are blurred; tiles overlap; no relayout": ["test_network.test_every_width_has_its_layout"],
    "numbers at 7 px": ["test_photo_network.test_the_whole_network_is_on_one_screen"],
    "memory leaks": ["test_peers.test_memory_stays_flat"],
    "nothing takes the keyboard": [
        "test_random_cells.test_from_a_probability_to_a_pixel_with_nothing_but_tab_enter_and_arrows",
        "test_accessibility.test_axe_finds_nothing_in_the_states_of_the_page",
    ],
    "third-party hosts": ["test_peers.test_every_size_is_shown_as_it_was_computed"],  # as all that use `watch`
    "parameters, accuracy, training: not explained": [
        "test_card.test_the_card_says_the_figures_of_the_test",
        "test_explain",
        "test_training",
    ],
}


def test_every_row_has_its_test() -> None:
    for names in ROWS.values():
        for name in names:
            module, _, function = name.partition(".")
            text = (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")
            assert f"def {function}" in text, name


def test_every_size_is_shown_as_it_was_computed(page: Page, address: str, watch: Watch) -> None:
    page.goto(f"{address}/?model=objects")
    page.wait_for_selector("body.ready")
    for size in ((28, 28), (40, 40), (64, 40), (1, 1), (1001, 17)):
        give(page, photo(size))
        expect(page.locator("preprocessing-steps .size").first).to_have_text(f"{size[0]}×{size[1]}")
    give(page, photo((64, 40)))
    expect(page.locator("preprocessing-steps .size").first).to_have_text("64×40")
    wait_until_quiet(page)
    settle_pointer(page)
    check_view(page)


def test_what_is_done_with_a_narrow_picture_is_said(page: Page, address: str, watch: Watch) -> None:
    page.goto(f"{address}/?model=pets")
    page.wait_for_selector("body.ready")
    give(page, photo((50, 300)))
    expect(page.locator("preprocessing-steps .size").first).to_have_text("50×300")
    run = page.evaluate("new URLSearchParams(location.search).get('run')")
    steps = page.request.get(f"{address}/api/v1/runs/{run}").json()["preprocessing"]
    (fit,) = [step for step in steps if step["step"] == "fit"]
    assert fit["details"]["how"] in ("crop", "stretch"), "nothing is filled in"
    expect(page.locator("preprocessing-steps")).to_contain_text(fit["message"])


def test_see_through_pictures_are_laid_on_paper_and_say_so(home: Page) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (60, 60), (0, 0, 0, 0)).save(file, "PNG")
    give(home, file.getvalue())
    expect(home.locator("#warnings")).to_contain_text("transparent")


def test_the_legend_lets_go_of_a_map_when_another_run_came_meanwhile(home: Page) -> None:
    home.locator(".stage[data-stage=relu2] button.map").first.hover()
    legend = home.locator("colour-legend .range")
    expect(legend).to_contain_text("relu2")
    before = legend.inner_text()
    home.evaluate("document.querySelector('sample-strip button').click()")
    expect(home.locator("#answer")).to_have_text("0")
    expect(legend).to_contain_text("relu2")
    assert legend.inner_text() != before
    home.mouse.move(2, 2)
    expect(legend).to_contain_text("conv1")


def test_memory_stays_flat(home: Page) -> None:
    use(home, 15)
    before = heap(home)
    use(home, 100)
    assert heap(home) - before < 2, "megabytes, over 100 images and 100 openings"
