"""Open pages in headless Chromium and use them.

usage: browser.py FOLDER PAGE...     screenshots go to $GVC_SHOTS where it names a folder"""
import base64
import os
import shutil
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars"]
faults = []


def fault(text):
    faults.append(text)
    print(text)


def start(profile):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS + [f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def view(driver, width, dark=False, media=""):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "media": media, "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})


def shoot(driver, name, width):
    folder = os.environ.get("GVC_SHOTS")
    if not folder:
        return
    height = driver.execute_script("return document.documentElement.scrollHeight")
    for i, y in enumerate(range(0, height, 1700)):
        shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": {
            "x": 0, "y": y, "width": width, "height": min(1700, height - y), "scale": 1}})
        with open(f"{folder}/{name}-{i}.png", "wb") as f:
            f.write(base64.b64decode(shot["data"]))


def check_logs(driver, page):
    for entry in driver.get_log("browser"):
        fault(f"{page}: console: {entry['message']}")
    for entry in driver.get_log("performance"):
        if '"Network.requestWillBeSent"' in entry["message"] and '"url":"http' in entry["message"].replace(" ", ""):
            fault(f"{page}: request: {entry['message'][:300]}")


def check_width(driver, page, width):
    found = driver.execute_script("return document.documentElement.scrollWidth")
    if found > width:
        wide = driver.execute_script(
            "return Array.from(document.querySelectorAll('body *')).filter(e => e.getBoundingClientRect().right > arguments[0] + 1 && "
            "!e.closest('.scroll,.plot,.unseen,pre,#tip')).slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40))", width)
        fault(f"{page}: {found} pixels wide in a window of {width}: {wide}")


def check_figures(driver, page):
    """Every figure has a finding, a table, data and a source; every picture its title and description."""
    for f in driver.find_elements(By.TAG_NAME, "figure"):
        name = f.get_attribute("id")
        for part in ("figcaption h3", "details.data table", "p.tools a[download]", "p.source"):
            if not f.find_elements(By.CSS_SELECTOR, part):
                fault(f"{page}: {name} has no {part}")
        if not f.find_elements(By.CSS_SELECTOR, "details.data tbody td"):
            fault(f"{page}: the table of {name} is empty")
        for a in f.find_elements(By.CSS_SELECTOR, "p.tools a[download]"):
            if not a.get_attribute("href").startswith("data:text/csv;charset=utf-8,code,name,"):
                fault(f"{page}: {name} has no CSV")
    bad = driver.execute_script(
        "return Array.from(document.querySelectorAll('svg.chart')).filter(s => s.getAttribute('role') !== 'img' || "
        "!s.querySelector(':scope > title').textContent || !s.querySelector(':scope > desc').textContent || "
        "!document.getElementById(s.getAttribute('aria-labelledby').split(' ')[1])).map(s => s.id)")
    for i in bad:
        fault(f"{page}: {i} is not described")


def check_texts(driver, page):
    """No letter of a chart stands outside its picture."""
    for line in driver.execute_script(
            "return Array.from(document.querySelectorAll('svg.chart')).flatMap(s => { const o = s.getBoundingClientRect(); if (!o.width) return [];"
            "return Array.from(s.querySelectorAll('text')).filter(t => { const b = t.getBoundingClientRect(); return b.width && "
            "(b.left < o.left - 2 || b.right > o.right + 2 || b.top < o.top - 2 || b.bottom > o.bottom + 2); }).map(t => s.id + ': ' + t.textContent); })"):
        fault(f"{page}: cut off: {line}")


def check_sorting(driver, page):
    tables = driver.find_elements(By.CSS_SELECTOR, "figure table.sort")
    for table in tables:
        driver.execute_script("arguments[0].closest('details').open = true", table)
    for table in tables[:12]:
        heads = table.find_elements(By.CSS_SELECTOR, "thead button")
        columns = [1, 1, 0] if len(heads) > 1 else []
        for column, order in zip(columns, ("descending", "ascending", "ascending")):
            driver.execute_script("arguments[0].click()", heads[column])
            head = heads[column].find_element(By.XPATH, "..")
            if head.get_attribute("aria-sort") != order:
                fault(f"{page}: sorted {head.get_attribute('aria-sort')}, expected {order}")
            values = driver.execute_script(
                "return Array.from(arguments[0].tBodies[0].rows).map(r => r.cells[arguments[1]]).map(c => arguments[1] ? "
                "c.getAttribute('data-v') : c.textContent)", table, column)
            if column == 0:
                continue
            numbers = [float(v) for v in values if v is not None]
            if numbers != sorted(numbers, reverse=order == "descending"):
                fault(f"{page}: {order} order is {numbers[:6]}")
            if None in values and any(v is not None for v in values[values.index(None):]):
                fault(f"{page}: missing values are not last")


def check_switches(driver, page):
    for f in driver.find_elements(By.CSS_SELECTOR, "figure"):
        radios = f.find_elements(By.CSS_SELECTOR, "input[type=radio]")
        plots = f.find_elements(By.CSS_SELECTOR, ".plot")
        if not radios:
            continue
        for chosen in (1, 0):
            driver.execute_script("arguments[0].click()", radios[chosen])
            if [p.is_displayed() for p in plots] != [chosen == 0, chosen == 1]:
                fault(f"{page}: the switch of {f.get_attribute('id')} shows {[p.is_displayed() for p in plots]}")


def check_keyboard(driver, page):
    chart = driver.find_element(By.CSS_SELECTOR, "svg.chart")
    driver.execute_script("arguments[0].focus()", chart)
    chart.send_keys(Keys.ARROW_RIGHT)
    said = driver.execute_script("return [document.getElementById('tip').hidden, document.getElementById('tip').textContent, "
                                 "document.getElementById('live').textContent]")
    if said[0] or not said[1] or said[1] != said[2]:
        fault(f"{page}: the arrow key tells {said}")
    chart.send_keys(Keys.ESCAPE)
    if not driver.execute_script("return document.getElementById('tip').hidden"):
        fault(f"{page}: Escape leaves the tip")
    button = driver.find_element(By.ID, "all-tables")
    for wanted in (True, False):
        driver.execute_script("arguments[0].click()", button)
        if not driver.execute_script("return Array.from(document.querySelectorAll('details.data')).every(d => d.open === arguments[0])", wanted):
            fault(f"{page}: the button for all tables leaves some {'closed' if wanted else 'open'}")


def check_print(driver, page, folder):
    view(driver, 1280, media="print")
    pdf = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
    data = base64.b64decode(pdf)
    if data[:4] != b"%PDF" or len(data) < 20000:
        fault(f"{page}: prints {len(data)} bytes")
    if os.environ.get("GVC_SHOTS"):
        with open(f"{os.environ['GVC_SHOTS']}/{page}.pdf", "wb") as f:
            f.write(data)


def check_page(driver, folder, page):
    is_report = page != "methods.html"
    view(driver, 1280)
    driver.get(f"file://{folder}/{page}")
    check_width(driver, page, 1280)
    check_texts(driver, page)
    shoot(driver, page + "-1280", 1280)
    for width, dark in ((360, False), (360, True), (1280, True)):
        view(driver, width, dark)
        check_width(driver, page, width)
        check_texts(driver, page)
        shoot(driver, f"{page}-{width}{'-dark' if dark else ''}", width)
    view(driver, 1280)
    if is_report:
        check_figures(driver, page)
        check_switches(driver, page)
        check_keyboard(driver, page)
        check_sorting(driver, page)
    check_print(driver, page, folder)
    check_logs(driver, page)


profile = tempfile.mkdtemp()
driver = start(profile)
try:
    for page in sys.argv[2:]:
        check_page(driver, sys.argv[1], page)
finally:
    driver.quit()
    shutil.rmtree(profile, ignore_errors=True)
sys.exit(1 if faults else 0)
