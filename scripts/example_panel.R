# From a table to a regression: a panel by country, two-way fixed effects, standard errors clustered by country.
# The demo store is synthetic, so the figures describe no economy; with a real store only its name changes.
#
# usage: Rscript example_panel.R [FOLDER [GVC]]
#   FOLDER  where demo.h5, panel.dta and codebook.md are made and stay [a temporary one, gone at the end]
#   GVC     the command, such as build/release/gvc [gvc]
# needs: r-cran-haven to read .dta files; everything else is base R.
args <- commandArgs(trailingOnly = TRUE)
folder <- if (length(args) > 0) args[1] else tempdir()
gvc <- if (length(args) > 1) args[2] else "gvc"

run <- function(...) {
    status <- system2(gvc, shQuote(c(...)))
    if (status != 0) stop("gvc ", paste(..., collapse = " "), " ended with status ", status)
}

# 1. The panel: participation and position, exports in logarithms, and who signed the Belt and Road when.
store <- file.path(folder, "demo.h5")
panel <- file.path(folder, "panel.dta")
if (!file.exists(store)) run("demo", "-o", store, "-q")
run("panel", store, "--measures", "kpww,gexp", "--log", "gexp", "--focus", "CHN", "--partners", "BRI",
    "-o", panel, "--codebook", file.path(folder, "codebook.md"), "--force", "-q")

# 2. Read it. Labels come along; notes say where every number is from.
suppressMessages(library(haven))
d <- read_dta(panel)
stopifnot(!anyDuplicated(d[c("id", "year")]), !is.unsorted(d$id))
cat(attr(d, "label"), "\n")
cat("pos_kpww:", attr(d$pos_kpww, "label"), "\n")

# 3. Rows to use. Group rows and the rest of the world have no membership of their own (bri_mou is missing there),
#    and China, with whom the others sign, is neither one of them nor a control.
d <- as.data.frame(zap_labels(zap_formats(zap_label(d))))
d <- d[!is.na(d$bri_mou) & d$chn == 0 & !is.na(d$pos_kpww) & !is.na(d$ln_gexp), ]
cat(nrow(d), "rows,", length(unique(d$country)), "countries,", length(unique(d$year)), "years\n")

# 4. Two-way fixed effects with dummies: pos_it = b1 bri_mou_it + b2 ln_gexp_it + a_i + g_t + e_it. Countries sign in
#    different years, so b1 mixes early and late ones; estimators for that start from bri_year (missing: never signed).
fit <- lm(pos_kpww ~ bri_mou + ln_gexp + factor(country_id) + factor(year), data = d)
slopes <- c("bri_mou", "ln_gexp")

# 5. The same by the within transformation: means of countries and of years are swept out in turn until nothing is
#    left of them (at once in a balanced panel), which also serves panels with thousands of units.
within <- function(v) {
    repeat {
        left <- v - ave(v, d$country_id)
        left <- left - ave(left, d$year)
        if (max(abs(left - v)) <= 1e-14 * max(1, abs(v))) return(left)
        v <- left
    }
}
y <- within(d$pos_kpww)
X <- sapply(d[slopes], within)
XX <- crossprod(X)
b <- drop(solve(XX, crossprod(X, y)))
stopifnot(all.equal(b, coef(fit)[slopes], tolerance = 1e-8))

# 6. Standard errors clustered by country (as vce(cluster) of xtreg, fe: fixed effects nested in the clusters are not counted).
e <- drop(y - X %*% b)
scores <- rowsum(X * e, d$country_id)
G <- nrow(scores)
k <- length(slopes) + length(unique(d$year)) # slopes, years less one, constant
V <- solve(XX) %*% crossprod(scores) %*% solve(XX) * G / (G - 1) * (nrow(d) - 1) / (nrow(d) - k)
for (s in slopes)
    cat(sprintf("%-8s %.10f  (se %.10f)\n", s, b[s], sqrt(diag(V))[s]))
