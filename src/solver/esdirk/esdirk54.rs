//! ESDIRK5(4)7L\[2\]SA2: a singly diagonally implicit Runge-Kutta method of order 5 with an embedded method of order 4.
//!
//! C. A. Kennedy & M. H. Carpenter, *Diagonally implicit Runge-Kutta methods for ordinary differential equations: a review*,
//! NASA/TM-2016-219173 (2016), section 7. Seven stages, the first explicit; every stage is of order 2; stiffly accurate,
//! L-stable; the embedded method has R(inf) = -1/4. The first two weights of every row are equal.
//!
//! The paper has no dense output. The one here is made of the states of the stages, so that what is stiff stays bounded
//! within the step: `y(s) = y0 + sum w_i(s) (Y_i - y0)` with a quartic w that is of order 4. With stages of order 2 that asks,
//! for b(s) = w(s) A, for `sum b = s`, `sum b c^k = s^(k+1) / (k + 1)` for k up to 3 and `b A c^2 = s^4 / 12`: five conditions on six weights. For each power of s the shortest row of
//! weights was taken.

use super::Tableau;

/// The coefficients.
pub(in crate::solver) const ESDIRK54: Tableau = Tableau {
    order: 5,
    estimate_order: 4,
    gamma: 23.0 / 125.0,
    c: &[0.0, 46.0 / 125.0, 7121331996143.0 / 11335814405378.0, 49.0 / 353.0, C5, 347.0 / 382.0, 1.0],
    a: &[&[], &[23.0 / 125.0], &[A3, A3], &[A4, A4, -85517644447.0 / 5003708988389.0], &A5, &A6, &B],
    estimate: &[
        B[0] - EMBEDDED[0],
        B[1] - EMBEDDED[1],
        B[2] - EMBEDDED[2],
        B[3] - EMBEDDED[3],
        B[4] - EMBEDDED[4],
        B[5] - EMBEDDED[5],
        23.0 / 125.0 - EMBEDDED[6],
    ],
    dense: &[
        &[
            0.0,
            8.744612827703337,
            -4.470469610303679,
            5.685205850594385,
            -2.951360957298566,
            -0.5941042507894781,
            1.4067364713437502,
        ],
        &[
            0.0,
            -31.48047207818204,
            27.431983721073603,
            -21.53458165816227,
            12.816827760029762,
            9.577331606859225,
            -20.330234949889693,
        ],
        &[
            0.0,
            26.18890732561974,
            -26.860848075164057,
            19.443997858185345,
            -3.4426773726654902,
            -17.044966994930466,
            22.43083957611513,
        ],
    ],
};

const C5: f64 = 3706679970760.0 / 5295570149437.0;
const A3: f64 = 791020047304.0 / 3561426431547.0;
const A4: f64 = -158159076358.0 / 11257294102345.0;
const A5: [f64; 4] = [
    -1653327111580.0 / 4048416487981.0,
    -1653327111580.0 / 4048416487981.0,
    1514767744496.0 / 9099671765375.0,
    14283835447591.0 / 12247432691556.0,
];
const A6: [f64; 5] = [
    -4540011970825.0 / 8418487046959.0,
    -4540011970825.0 / 8418487046959.0,
    -1790937573418.0 / 7393406387169.0,
    10819093665085.0 / 7266595846747.0,
    4109463131231.0 / 7386972500302.0,
];
const B: [f64; 6] = [
    -188593204321.0 / 4778616380481.0,
    -188593204321.0 / 4778616380481.0,
    2809310203510.0 / 10304234040467.0,
    1021729336898.0 / 2364210264653.0,
    870612361811.0 / 2470410392208.0,
    -1307970675534.0 / 8059683598661.0,
];
const EMBEDDED: [f64; 7] = [
    -582099335757.0 / 7214068459310.0,
    -582099335757.0 / 7214068459310.0,
    615023338567.0 / 3362626566945.0,
    3192122436311.0 / 6174152374399.0,
    6156034052041.0 / 14430468657929.0,
    -1011318518279.0 / 9693750372484.0,
    1914490192573.0 / 13754262428401.0,
];
