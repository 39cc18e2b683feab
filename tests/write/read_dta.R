# haven reads the panel: dimensions, order, labels, value labels, missing values with their reasons.
# usage: Rscript read_dta.R FILE.dta FILE.csv [reasons]
args <- commandArgs(trailingOnly = TRUE)
suppressMessages(library(haven))
d <- read_dta(args[1])
csv <- read.csv(args[2], check.names = FALSE, na.strings = "", encoding = "UTF-8", colClasses = "character")
stopifnot(identical(names(d), names(csv)), nrow(d) == nrow(csv))
for (n in names(d)) {
    has <- zap_label(zap_labels(zap_formats(d[[n]])))
    if (is.character(has)) {
        want <- csv[[n]]
        want[is.na(want)] <- ""
        stopifnot(identical(as.vector(has), want))
    } else {
        want <- as.numeric(csv[[n]])
        has <- as.numeric(has)
        # R's own reader of decimals may be one unit in the last place off; read_dta.py compares the bits.
        stopifnot(identical(is.na(has), is.na(want)),
                  all(abs(has - want) <= 4e-16 * abs(want), na.rm = TRUE))
    }
    stopifnot(nzchar(attr(d[[n]], "label")))
}
stopifnot(!is.unsorted(d$id), !anyDuplicated(d[c("id", "year")]))
stopifnot(attr(d$country_id, "labels")[["China"]] == 156)
tags <- unique(unlist(lapply(d, function(v) if (is.double(v)) na_tag(v[is.na(v)]))))
if ("reasons" %in% args) stopifnot(all(tags %in% c("a", "b", "c", NA)), any(tags %in% c("a", "b", "c"))) else stopifnot(all(is.na(tags)))
cat("haven agrees\n")
