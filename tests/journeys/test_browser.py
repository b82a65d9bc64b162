"""What a newcomer sees: the sandbox's page in a real browser, with the real bot behind it."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, async_playwright, expect

from tests.journeys.conftest import ROOT, RunningSandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HEDGEHOGS, VEGETABLES = 750101, 750106
SOON = 60_000
A_MILESTONE = 180_000
SCREENSHOTS = "PETITION_ALERTS_SCREENSHOTS"
"""The folder for pictures, such as docs/images; a temporary one otherwise."""
SCALE = 2 if SCREENSHOTS in os.environ else 1
"""Pictures are finer than what is only looked at by tests, which costs less to draw."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser, sandbox: RunningSandbox, *, width: int = 1280, height: int = 800
) -> AsyncIterator[Page]:
    """The page, which must not complain to the browser's console meanwhile."""
    page = await browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=SCALE)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(sandbox.address)
    await expect(page.get_by_text("What can this bot do?")).to_be_visible(timeout=SOON)
    yield page
    assert complaints == []
    await page.close()


async def open_chat(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name).first.click()


async def write(page: Page, text: str) -> None:
    await page.get_by_label("Message", exact=True).fill(text)
    await page.keyboard.press("Enter")


def from_bot(page: Page, text: str | re.Pattern[str]) -> Locator:
    return page.locator("article.theirs").filter(has_text=text)


def petition(page: Page, number: int) -> Locator:
    return page.locator(f"[data-petition='{number}']")


async def make_happen(page: Page, number: int, what: str) -> None:
    row = petition(page, number)
    unfold, chip = row.get_by_role("button", name="Make it happen"), row.locator(".chip", has_text=what)
    await unfold.click()
    subject = await chip.locator("..").get_attribute("data-subject")
    await row.get_by_role("button", name=subject, exact=True).click()
    await chip.click()
    await unfold.click()


@asynccontextmanager
async def time_flying(page: Page) -> AsyncIterator[None]:
    """An hour each second meanwhile, instead of in six."""
    await page.get_by_role("button", name="Fast").click()
    yield
    await page.get_by_role("button", name="Normal").click()


async def test_a_newcomer_follows_a_petition_and_hears_of_its_milestone_and_the_response_and_so_does_a_channel(
    browser: Browser, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    async with opened(browser, sandbox, height=1000) as page:
        await open_chat(page, "Parish News")
        await write(page, f"/follow {HEDGEHOGS} {VEGETABLES}")
        await expect(from_bot(page, "Following")).to_be_visible(timeout=SOON)
        await write(page, "/scoreboard")
        await expect(from_bot(page, "The scoreboard is up")).to_be_visible(timeout=SOON)
        await open_chat(page, "Petition Alerts")
        await write(page, f"/follow {HEDGEHOGS}")
        await expect(from_bot(page, "Now following")).to_be_visible(timeout=SOON)
        # Nobody touches the petition: it grows by itself.
        async with time_flying(page):
            await expect(from_bot(page, "10,000 signatures").last).to_contain_text(
                "The government will respond", timeout=A_MILESTONE
            )
        await make_happen(page, HEDGEHOGS, "Government responds")
        await expect(from_bot(page, "The government has responded")).to_be_visible(timeout=SOON)
        await expect(page.locator(".toast")).to_have_count(0, timeout=SOON)
        await page.locator("#chat-title").hover()
        await page.locator("#petition-list").evaluate("list => list.parentElement.scrollTo(0, 0)")
        await page.screenshot(path=screenshot_path("sandbox", tmp_path))
        await open_chat(page, "Parish News")
        # The channel watches milestones of all petitions, of which others may have come meanwhile.
        milestone = from_bot(page, "The government will respond").filter(has_text=re.compile("hedgehog", re.IGNORECASE))
        await expect(milestone).to_be_visible(timeout=SOON)
        async with time_flying(page):
            await expect(from_bot(page, "The scoreboard is up")).to_have_count(0, timeout=A_MILESTONE)
        await page.screenshot(path=screenshot_path("channel", tmp_path))
    assert await sandbox.stop() == 0


def screenshot_path(name: str, folder: Path) -> Path:
    """Where a picture goes: into the README only when that is asked for."""
    return ROOT / os.environ.get(SCREENSHOTS, folder) / f"{name}.png"


async def test_buttons_work_and_answer(browser: Browser, sandbox: RunningSandbox) -> None:
    async with opened(browser, sandbox) as page:
        await page.get_by_role("button", name="Start", exact=True).click()
        await expect(from_bot(page, "Follow petitions")).to_be_visible(timeout=SOON)
        await write(page, f"/petition {HEDGEHOGS}")
        card = from_bot(page, "Leave a hedgehog-sized gap")
        await card.get_by_role("button", name="Follow", exact=False).click(timeout=SOON)
        await expect(card.get_by_role("button", name="Unfollow")).to_be_visible(timeout=SOON)
        address = await card.get_by_role("link", name="Open petition").get_attribute("href")
        assert address is not None
        assert (await page.request.get(address)).ok


async def test_commands_are_completed_from_the_bots_menu(browser: Browser, sandbox: RunningSandbox) -> None:
    async with opened(browser, sandbox) as page:
        box = page.get_by_label("Message", exact=True)
        await box.press_sequentially("/fol")
        await expect(page.locator("#commands").get_by_role("option")).to_have_count(1, timeout=SOON)
        await page.keyboard.press("Enter")
        await expect(box).to_have_value("/follow ")


async def test_a_menu_that_comes_late_still_completes_what_was_typed(browser: Browser, sandbox: RunningSandbox) -> None:
    async with opened(browser, sandbox) as page:
        typed, asked = asyncio.Event(), asyncio.Event()

        async def answer_late(route: Route) -> None:
            asked.set()
            await typed.wait()
            await route.continue_()

        await page.route("**/sandbox/commands?*", answer_late)
        await page.reload()
        await asked.wait()
        await page.get_by_label("Message", exact=True).press_sequentially("/fol")
        await expect(page.locator("#commands").get_by_role("option")).to_have_count(0)
        typed.set()
        await expect(page.locator("#commands").get_by_role("option")).to_have_count(1, timeout=SOON)


async def test_only_admins_follow_for_a_group(browser: Browser, sandbox: RunningSandbox) -> None:
    async with opened(browser, sandbox) as page:
        await page.get_by_role("button", name="Village Hall").click()
        await page.get_by_label("Speak as").select_option(label="Sam (member)")
        await write(page, f"/follow {HEDGEHOGS}")
        await expect(from_bot(page, "admins")).to_have_count(2, timeout=SOON)
        await page.get_by_label("Speak as").select_option(label="You (admin)")
        await write(page, f"/follow {HEDGEHOGS}")
        await expect(from_bot(page, "Now following")).to_be_visible(timeout=SOON)


async def test_an_answer_for_one_member_is_shown_to_nobody_else(
    browser: Browser, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    async with opened(browser, sandbox) as page:
        await page.get_by_role("button", name="Village Hall").click()
        await write(page, f"/petition {HEDGEHOGS}")
        card = from_bot(page, "Leave a hedgehog-sized gap").first
        await expect(card).to_contain_text("Only you can see this", timeout=SOON)
        await card.locator(".ephemeral").scroll_into_view_if_needed()
        await page.screenshot(path=screenshot_path("only-you", tmp_path))
        await card.get_by_role("button", name="Follow", exact=False).click()
        await expect(from_bot(page, "Now following")).to_be_visible(timeout=SOON)
        await expect(card.get_by_role("button", name="Unfollow")).to_be_visible(timeout=SOON)
        await page.screenshot(path=screenshot_path("ephemeral", tmp_path))
        await page.get_by_label("Speak as").select_option(label="Sam (member)")
        await expect(from_bot(page, "Now following")).to_be_visible()
        await expect(page.locator(".seen-by-one")).to_have_count(0)


async def test_a_group_is_set_up_in_the_private_chat(browser: Browser, sandbox: RunningSandbox, tmp_path: Path) -> None:
    async with opened(browser, sandbox) as page:
        await page.get_by_role("button", name="Village Hall").click()
        await page.get_by_role("button", name="Set up in private").click(timeout=SOON)
        group = from_bot(page, "Reply to this message").filter(has_text="Village Hall")
        await group.get_by_role("button", name="Reply").click(timeout=SOON)
        await write(page, f"{HEDGEHOGS}")
        await expect(from_bot(page, "Now following")).to_contain_text("Village Hall", timeout=SOON)
        await page.screenshot(path=screenshot_path("group-setup", tmp_path))
        await page.locator("#chat-list").get_by_role("button", name="Village Hall").last.click()
        await expect(page.locator("#chat-title")).to_have_text("Village Hall")
        await expect(from_bot(page, "Now following")).to_be_visible(timeout=SOON)
        await page.screenshot(path=screenshot_path("group", tmp_path))


async def test_a_post_of_a_channel_is_shown_first(browser: Browser, sandbox: RunningSandbox, tmp_path: Path) -> None:
    async with opened(browser, sandbox) as page:
        await write(page, "/channels")
        await page.get_by_role("button", name="Add a channel").click(timeout=SOON)
        channel = from_bot(page, "Reply to this message").first  # the bot may show it by itself, too
        await channel.get_by_role("button", name="Show me first").click(timeout=SOON)
        await expect(channel).to_contain_text("waits up to 48 hours", timeout=SOON)
        await channel.get_by_role("button", name="Reply").click()
        await write(page, f"{HEDGEHOGS}")
        await expect(from_bot(page, "Now following")).to_contain_text("Parish News", timeout=SOON)
        await make_happen(page, HEDGEHOGS, "Government responds")
        asked = from_bot(page, "Shall I post this").filter(has_text="The government has responded")
        await expect(asked).to_be_visible(timeout=SOON)
        await page.screenshot(path=screenshot_path("shown-first", tmp_path))
        await asked.get_by_role("button", name="✅ Post", exact=True).click()
        await expect(asked.get_by_role("button", name="✅ Posted")).to_be_visible(timeout=SOON)
        await page.screenshot(path=screenshot_path("posted", tmp_path))
        await asked.get_by_role("button", name="See the channel").click()
        await expect(page.locator("#chat-title")).to_have_text("Parish News")
        await expect(from_bot(page, "The government has responded")).to_be_visible(timeout=SOON)


async def test_each_topic_follows_for_itself(browser: Browser, sandbox: RunningSandbox) -> None:
    async with opened(browser, sandbox) as page:
        await page.get_by_role("button", name="Tea and cake").click()
        await write(page, f"/follow {HEDGEHOGS}")
        await expect(from_bot(page, "Now following")).to_be_visible(timeout=SOON)
        await page.get_by_role("button", name=re.compile("^# ?Petitions|^Petitions")).click()
        await write(page, "/list")
        await expect(page.locator("article.theirs")).to_have_count(1, timeout=SOON)
        await expect(from_bot(page, "hedgehog")).to_have_count(0)


async def test_my_data_can_be_downloaded(browser: Browser, sandbox: RunningSandbox) -> None:
    async with opened(browser, sandbox) as page:
        await write(page, "/mydata")
        async with page.expect_download() as download:
            await page.locator("a.document").click(timeout=SOON)
        assert (await download.value).suggested_filename.endswith(".json")


async def test_what_people_type_is_never_taken_for_html(browser: Browser, sandbox: RunningSandbox) -> None:
    async with opened(browser, sandbox) as page:
        await write(page, "<img src=x onerror=document.title='gone'> <b>bold</b> &amp;")
        await expect(page.locator("article.mine .words")).to_have_text(
            "<img src=x onerror=document.title='gone'> <b>bold</b> &amp;", timeout=SOON
        )
        assert await page.locator("article img").count() == 0


async def test_the_page_is_usable_on_a_phone(browser: Browser, sandbox: RunningSandbox) -> None:
    async with opened(browser, sandbox, width=390, height=780) as page:
        await page.get_by_role("button", name="Petition site").click()
        await petition(page, HEDGEHOGS).get_by_role("button", name="Follow", exact=True).click()
        await expect(from_bot(page, "Now following")).to_be_in_viewport(timeout=SOON)
        await page.get_by_role("button", name="Chats").click()
        await page.get_by_role("button", name="Parish News").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Parish News")
        widths = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1]
