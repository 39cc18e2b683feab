#ifndef INDEX_FAMILIES_H
#define INDEX_FAMILIES_H

#include "index/driver.h"

/* One constant a family, each in the file of its name. */
extern const gvc_measure gvc_index__base;
extern const gvc_measure gvc_index__kpww;
extern const gvc_measure gvc_index__kpww_wwz;
extern const gvc_measure gvc_index__activity;
extern const gvc_measure gvc_index__length;
extern const gvc_measure gvc_index__position;
extern const gvc_measure gvc_index__apl;
extern const gvc_measure gvc_index__crossings;
extern const gvc_measure gvc_index__bmt;
extern const gvc_measure gvc_index__bmtout;
extern const gvc_measure gvc_index__vatrade;
extern const gvc_measure gvc_index__rca;
extern const gvc_measure gvc_index__exposure;
extern const gvc_measure gvc_index__fvas;
extern const gvc_measure gvc_index__extraction;
extern const gvc_measure gvc_index__income;
extern const gvc_measure gvc_index__digital;
extern const gvc_measure gvc_index__tradecost;
extern const gvc_measure gvc_index__group;
extern const gvc_measure gvc_index__satellite;

#endif
