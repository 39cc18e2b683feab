* From a table to a regression: a panel by country, two-way fixed effects, standard errors clustered by country.
* The same steps as example_panel.R; the demo store is synthetic, so the figures describe no economy.
*
* On the command line first:
*   gvc demo -o demo.h5
*   gvc panel demo.h5 --measures kpww,gexp --log gexp --focus CHN --partners BRI -o panel.dta --codebook codebook.md
version 14
use panel.dta, clear

* Variables carry labels, formulas and sources; the notes say which command and which input made the file.
describe
notes _dta
notes pos_kpww
codebook, compact

* Keys are unique, and the file already knows its panel: id and year.
isid id year
isid country year
xtset

* Group rows and the rest of the world have no membership of their own: bri_mou is missing there. China, with whom
* the others sign, is neither one of them nor a control.
keep if !missing(bri_mou, pos_kpww, ln_gexp) & chn == 0

* Two-way fixed effects: countries by the within estimator, years by dummies.
xtreg pos_kpww bri_mou ln_gexp i.year, fe vce(cluster country_id)

* Countries sign in different years, so this coefficient mixes early and late ones. Estimators for a staggered
* design start from the year of signature; never signed is missing.
tabulate bri_year, missing

* By country and sector the same file is made with --by country,sector: country-sector effects come from id,
* and country-year effects take up all that a country has in common, so only what differs by sector is left.
*   gvc panel demo.h5 --by country,sector --measures position,gexp --log gexp --partners BRI -o sectors.dta
*   use sectors.dta, clear
*   egen cy = group(country_id year)
*   areg up ln_gexp i.cy, absorb(id) vce(cluster country_id)

* Why a value is missing, where that was asked for with --stata-reasons:
* .a denominator zero or negligible, .b the sector has no output, .c not in the table.
misstable summarize
