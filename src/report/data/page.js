(function () {
  "use strict";
  var tip = document.getElementById("tip"), live = document.getElementById("live"), current = null;

  function textOf(mark) {
    return mark.getAttribute("data-t") || "";
  }
  function show(mark, x, y) {
    if (current && current !== mark) { current.classList.remove("on"); }
    current = mark;
    mark.classList.add("on");
    tip.textContent = textOf(mark);
    tip.hidden = false;
    var w = tip.offsetWidth, h = tip.offsetHeight;
    tip.style.left = Math.max(4, Math.min(x + 12, window.innerWidth - w - 4)) + "px";
    tip.style.top = (y - h - 12 > 4 ? y - h - 12 : y + 16) + "px";
  }
  function hide() {
    if (current) { current.classList.remove("on"); }
    current = null;
    tip.hidden = true;
  }

  /* The browser would show the title of a mark too, and late: it moves into an attribute. */
  Array.prototype.forEach.call(document.querySelectorAll("svg.chart .m"), function (mark) {
    var title = mark.querySelector("title");
    if (title) {
      mark.setAttribute("data-t", title.textContent);
      title.remove();
    }
  });

  Array.prototype.forEach.call(document.querySelectorAll("svg.chart"), function (svg) {
    var marks = svg.querySelectorAll(".m"), at = -1;
    if (!marks.length) { return; }
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("pointermove", function (event) {
      var mark = event.target.closest ? event.target.closest(".m") : null;
      if (mark) { show(mark, event.clientX, event.clientY); } else { hide(); }
    });
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("blur", hide);
    svg.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") { hide(); return; }
      if (!step) { return; }
      event.preventDefault();
      at = (at + step + marks.length) % marks.length;
      var box = marks[at].getBoundingClientRect();
      show(marks[at], box.left + box.width / 2, box.top);
      live.textContent = textOf(marks[at]);
    });
  });

  function keyOf(row, column) {
    var cell = row.cells[column], value = cell.getAttribute("data-v");
    return column === 0 ? cell.textContent : value === null ? null : parseFloat(value);
  }
  function sortBy(table, column, descending) {
    var body = table.tBodies[0], rows = Array.prototype.slice.call(body.rows);
    rows.forEach(function (row, i) { row.setAttribute("data-i", row.getAttribute("data-i") || String(i)); });
    rows.sort(function (a, b) {
      var x = keyOf(a, column), y = keyOf(b, column), order = 0;
      if (x === null || y === null) {
        order = x === y ? 0 : x === null ? 1 : -1;
      } else {
        order = typeof x === "string" ? x.localeCompare(y, "en", { numeric: true }) : x - y;
        if (descending) { order = -order; }
      }
      return order || Number(a.getAttribute("data-i")) - Number(b.getAttribute("data-i"));
    });
    rows.forEach(function (row) { body.appendChild(row); });
  }

  Array.prototype.forEach.call(document.querySelectorAll("table.sort"), function (table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.title = "Sort";
      button.addEventListener("click", function () {
        var descending = head.hasAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : column > 0;
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sortBy(table, column, descending);
      });
    });
  });

  /* A link into the methods opens what it leads to. */
  function reveal() {
    var target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  /* One button opens or closes every table. */
  var all = document.getElementById("all-tables");
  if (all) {
    all.hidden = false;
    all.addEventListener("click", function () {
      var open = all.getAttribute("aria-pressed") !== "true";
      all.setAttribute("aria-pressed", String(open));
      all.textContent = open ? "Close all tables" : "Open all tables";
      Array.prototype.forEach.call(document.querySelectorAll("details.data"), function (d) { d.open = open; });
    });
  }
}());
