/* The dopamine terminal (Best, Nijhout & Reed 2009, doi 10.1186/1742-4682-6-21) over
 * one day with meals, by the Taylor series method in quadruple precision.
 * The second, independent method of dopamine_day.py, which compiles and runs this:
 *   cc -O2 -o dopamine_day dopamine_day.c -lquadmath
 *   ./dopamine_day HMAX bh2 bh4 tyr ldopa cda vda eda hva tyrpool
 * Prints one row for each t = 24 i/1000 h, i = 0..1000. Hours and uM.
 * The fastest eigenvalue is near -4e4 per hour: HMAX must stay below about 1.5e-4 h. */
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>

typedef __float128 Q;
enum { ORDER = 18, NS = 9 };
enum { BH2, BH4, TYR, LDOPA, CDA, VDA, EDA, HVA, POOL };
typedef Q Series[ORDER + 1];

/* coefficient k of a*b */
static Q mul(const Q *a, const Q *b, int k)
{
    Q s = 0;
    for (int j = 0; j <= k; j++)
        s += a[j] * b[k - j];
    return s;
}

/* coefficient k of c = a/b, where c[0..k-1] are known */
static Q quo(const Q *a, const Q *b, const Q *c, int k)
{
    Q s = a[k];
    for (int j = 0; j < k; j++)
        s -= c[j] * b[k - j];
    return s / b[0];
}

static void step(Q y[NS], Q h, Q btyr)
{
    static Series x[NS], one, inh_den, inh, e2, e4, auto_den, auto_, tb, mm_den, mm, ia, th;
    static Series d_bh2, d_bh4, d_ldopa, d_cda, d_dat, d_cat, r_bh2, r_bh4, r_aadc, r_mat, r_dat, r_cat;
    const Q tyr_in = 400 * btyr / (64 + btyr);
    const Q nadph = 330.0Q / (75 + 330), nadp = 26.0Q / (75 + 26);
    Q scale = 0.002024Q;
    scale = scale * scale * scale * scale;

    one[0] = 1;
    for (int i = 0; i < NS; i++)
        x[i][0] = y[i];
    for (int k = 0; k < ORDER; k++) {
        const Q c = k == 0;
        /* V_TH */
        inh_den[k] = c + x[TYR][k] / 160;
        inh[k] = quo(one, inh_den, inh, k);
        e2[k] = mul(x[EDA], x[EDA], k);
        e4[k] = mul(e2, e2, k);
        auto_den[k] = c + 8 * e4[k] / scale;
        auto_[k] = quo(one, auto_den, auto_, k);
        tb[k] = mul(x[TYR], x[BH4], k);
        mm_den[k] = tb[k] + 46 * x[BH4][k] + 46 * 60 * (c + x[CDA][k] / 110);
        mm[k] = quo(tb, mm_den, mm, k);
        ia[k] = mul(inh, mm, k);
        th[k] = 0.56Q * 125 * (4.5Q * mul(ia, auto_, k) + 0.5Q * ia[k]);
        /* saturating terms x/(K + x) */
        d_bh2[k] = 100 * c + x[BH2][k];
        r_bh2[k] = quo(x[BH2], d_bh2, r_bh2, k);
        d_bh4[k] = 10 * c + x[BH4][k];
        r_bh4[k] = quo(x[BH4], d_bh4, r_bh4, k);
        d_ldopa[k] = 130 * c + x[LDOPA][k];
        r_aadc[k] = quo(x[LDOPA], d_ldopa, r_aadc, k);
        d_cda[k] = 3 * c + x[CDA][k];
        r_mat[k] = quo(x[CDA], d_cda, r_mat, k);
        d_dat[k] = 0.2Q * c + x[EDA][k];
        r_dat[k] = quo(x[EDA], d_dat, r_dat, k);
        d_cat[k] = 3 * c + x[EDA][k];
        r_cat[k] = quo(x[EDA], d_cat, r_cat, k);

        const Q drr = 200 * nadph * r_bh2[k] - 80 * nadp * r_bh4[k];
        const Q aadc = 10000 * r_aadc[k];
        const Q mat = 7082 * r_mat[k] - 40 * x[VDA][k];
        const Q dat = 8000 * r_dat[k];
        const Q cat = 30 * r_cat[k];
        const Q rel = x[VDA][k];
        const Q n = k + 1;
        x[BH2][k + 1] = (th[k] - drr) / n;
        x[BH4][k + 1] = (drr - th[k]) / n;
        x[TYR][k + 1] = (tyr_in * c - th[k] - 6 * x[TYR][k] + 0.6Q * x[POOL][k] - 0.2Q * x[TYR][k]) / n;
        x[LDOPA][k + 1] = (th[k] - aadc) / n;
        x[CDA][k + 1] = (aadc - mat + dat - 10 * x[CDA][k]) / n;
        x[VDA][k + 1] = (mat - rel) / n;
        x[EDA][k + 1] = (rel - dat - cat - 400 * x[EDA][k]) / n;
        x[HVA][k + 1] = (10 * x[CDA][k] + cat - 3.45Q * x[HVA][k]) / n;
        x[POOL][k + 1] = (6 * x[TYR][k] - 0.6Q * x[POOL][k] - 0.2Q * x[POOL][k]) / n;
    }
    for (int i = 0; i < NS; i++) {
        Q s = 0;
        for (int k = ORDER; k > 0; k--)
            s = (s + x[i][k]) * h;
        y[i] += s;
    }
}

/* blood tyrosine in the hour that begins at milli-hour ms */
static Q btyr_at(long ms)
{
    const long h = ms / 1000;
    if ((h >= 7 && h < 10) || (h >= 12 && h < 15))
        return 97 * 1.75Q;
    if (h >= 18 && h < 21)
        return 97 * 3.25Q;
    return 97 * 0.25Q;
}

static void advance(Q y[NS], long from, long to, Q hmax) /* milli-hours */
{
    const Q length = (to - from) / (Q)1000;
    const long n = (long)ceilq(length / hmax);
    for (long i = 0; i < n; i++)
        step(y, length / n, btyr_at(from));
}

int main(int argc, char **argv)
{
    static const long switches[] = {7000, 10000, 12000, 15000, 18000, 21000};
    Q y[NS];
    if (argc != 2 + NS)
        return 2;
    const Q hmax = strtoflt128(argv[1], NULL);
    for (int i = 0; i < NS; i++)
        y[i] = (Q)strtod(argv[2 + i], NULL); /* the start values are doubles */
    for (long row = 0; row <= 1000; row++) {
        char text[64];
        printf("%ld", row);
        for (int i = 0; i < NS; i++) {
            quadmath_snprintf(text, sizeof text, "%.28Qe", y[i]);
            printf(",%s", text);
        }
        printf("\n");
        if (row == 1000)
            break;
        long t = 24 * row;
        const long end = t + 24;
        for (int s = 0; s < 6; s++)
            if (switches[s] > t && switches[s] < end) {
                advance(y, t, switches[s], hmax);
                t = switches[s];
            }
        advance(y, t, end, hmax);
    }
    return 0;
}
