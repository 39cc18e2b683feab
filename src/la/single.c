#include "la/single.h"

#include <cblas.h>

void gvc_la__round(gvc_floats out, gvc_view a, const double *d, int threads)
{
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
    for (gvc_int j = 0; j < a.cols; j++) {
        const double scale = d ? d[j] : 1;

        for (gvc_int i = 0; i < a.rows; i++)
            out.a[i + j * out.ld] = (float)(a.a[i + j * a.ld] * scale);
    }
}

void gvc_la__single_gemm(int a_transposed, gvc_floats a, gvc_floats b, float beta, gvc_floats c)
{
    cblas_sgemm(CblasColMajor, a_transposed ? CblasTrans : CblasNoTrans, CblasNoTrans,
                (blasint)c.rows, (blasint)c.cols, (blasint)(a_transposed ? a.rows : a.cols), 1, a.a,
                (blasint)a.ld, b.a, (blasint)b.ld, beta, c.a, (blasint)c.ld);
}
