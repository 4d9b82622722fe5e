/* The dopamine terminal (Best, Nijhout & Reed 2009, doi 10.1186/1742-4682-6-21) over
 * one day with meals, by the Taylor series method in quadruple precision.
 * The second, independent method of dopamine_day.py, which compiles and runs this:
 *   cc -O2 -o dopamine_day dopamine_day.c -lquadmath
 *   ./dopamine_day HMAX bh2 bh4 tyr ldopa cda vda eda hva tyrpool [bursts]
 * Prints one row for each t = 24 i/1000 h, i = 0..1000; with `bursts`, the firing is 3 times tonic for 5 s at each
 * multiple of 10 min, and the rows are 4 s after the start of bursts 7, 14, ..., 133 and at 24 h. Hours and uM.
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

/* One step of at most h, and of no more than leaves the last term of each series below 1e-24 of the state: after a jump of
 * the firing the series converge over less than 1e-4 h. Gives the step's length. */
static Q step(Q y[NS], Q h, Q btyr, Q fire)
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
        const Q rel = fire * x[VDA][k];
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
    for (int i = 0; i < NS; i++)
        for (int k = ORDER - 1; k <= ORDER; k++)
            if (x[i][k] != 0)
                h = fminq(h, powq(1e-24Q * fabsq(y[i] / x[i][k]), 1 / (Q)k));
    for (int i = 0; i < NS; i++) {
        Q s = 0;
        for (int k = ORDER; k > 0; k--)
            s = (s + x[i][k]) * h;
        y[i] += s;
    }
    return h;
}

/* All times are in tenths of a second: every edge and every row is a whole number of them. */
enum { HOUR = 36000, DAY = 24 * HOUR, PERIOD = HOUR / 6, BURST = 50 };

/* blood tyrosine from a time on */
static Q btyr_at(long t)
{
    const long h = t / HOUR;
    if ((h >= 7 && h < 10) || (h >= 12 && h < 15))
        return 97 * 1.75Q;
    if (h >= 18 && h < 21)
        return 97 * 3.25Q;
    return 97 * 0.25Q;
}

/* the next time after t at which blood tyrosine or the firing changes */
static long edge_after(long t, int bursts)
{
    static const long meals[] = {7, 10, 12, 15, 18, 21, 24};
    long next = DAY;
    for (int s = 6; s >= 0; s--)
        if (meals[s] * HOUR > t)
            next = meals[s] * HOUR;
    if (bursts) {
        const long within = t % PERIOD;
        const long edge = t - within + (within < BURST ? BURST : PERIOD);
        if (edge < next)
            next = edge;
    }
    return next;
}

static void advance(Q y[NS], long from, long to, Q hmax, int bursts)
{
    while (from < to) {
        long end = edge_after(from, bursts);
        if (end > to)
            end = to;
        const Q length = (end - from) / (Q)HOUR;
        const Q fire = bursts && from % PERIOD < BURST ? 3 : 1;
        const Q longest = length / ceilq(length / hmax);
        Q left = length;
        while (left > 1e-25Q * length)
            left -= step(y, fminq(longest, left), btyr_at(from), fire);
        from = end;
    }
}

static void print(long row, const Q y[NS])
{
    char text[64];
    printf("%ld", row);
    for (int i = 0; i < NS; i++) {
        quadmath_snprintf(text, sizeof text, "%.28Qe", y[i]);
        printf(",%s", text);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    Q y[NS];
    if (argc != 2 + NS && argc != 3 + NS)
        return 2;
    const int bursts = argc == 3 + NS;
    const long rows = bursts ? 20 : 1000;
    const Q hmax = strtoflt128(argv[1], NULL);
    for (int i = 0; i < NS; i++)
        y[i] = (Q)strtod(argv[2 + i], NULL); /* the start values are doubles */
    long t = 0;
    if (!bursts)
        print(0, y);
    for (long row = 1; row <= rows; row++) {
        const long end = !bursts || row == rows ? DAY / rows * row : 7 * row * PERIOD + 40;
        advance(y, t, end, hmax, bursts);
        print(row, y);
        t = end;
    }
    return 0;
}
