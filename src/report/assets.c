#include "report/assets.h"

#include <assert.h>
#include <string.h>

const gvc_asset *gvc_assets__find(const char *name)
{
    const gvc_asset *asset = gvc_assets__files;

    while (asset->name && strcmp(asset->name, name) != 0)
        asset++;
    assert(asset->name);
    return asset;
}
