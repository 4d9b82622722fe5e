//! Where everything goes on the page, and in which order it is drawn.

use super::axes::{self, Group, Scale, Tick};
use super::legend::{self, Legend};
use super::style::{BODY, INK, LEADING};
use super::surface::{Anchor, Point, Rgb, Surface, Text};
use super::text::{Typeface, one_line};
use super::trace::{self, Style};
use super::{Figure, PlotError};

const SOFT_INK: Rgb = (0x70, 0x70, 0x70);
const GRID: Rgb = (0xE2, 0xE2, 0xE2);
const FRAME: Rgb = (0x9A, 0x9A, 0x9A);

/// Bounds of a picture: beyond them memory or the backend's whole numbers run out.
const MOST_SIDE: u32 = 20_000;
const MOST_PIXELS: u64 = 100_000_000;
const LEAST_WIDTH: u32 = 400;
const USUAL_WIDTH: u32 = 1000;

/// Sizes in pixels for a picture 1000 pixels wide.
const TITLE: f64 = 26.0;
const TICK: f64 = 18.0;
const MARGIN: f64 = 24.0;
const GAP: f64 = 30.0;
const LEAST_PANEL: f64 = 90.0;

/// One panel with its place on the page.
struct Panel {
    group: Group,
    legend: Legend,
    scale: Scale,
    ticks: Vec<Tick>,
    label: Vec<String>,
    top: f64,
    height: f64,
}

/// A figure with every place settled.
pub(super) struct Page<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    figure: &'a Figure,
    /// Pixels per design pixel.
    zoom: f64,
    title: Vec<String>,
    x_label: Vec<String>,
    x_scale: Scale,
    x_ticks: Vec<Tick>,
    panels: Vec<Panel>,
    styles: Vec<Style>,
    left: f64,
    right: f64,
}

fn check_bands(figure: &Figure) -> Result<(), PlotError> {
    for band in &figure.bands {
        for &(from, to) in &band.intervals {
            if !(from.is_finite() && to.is_finite() && from <= to) {
                return Err(PlotError::Band { band: band.name.clone(), from, to });
            }
        }
    }
    Ok(())
}

/// What the vertical axis of a panel shows: its curves by name where they are few, and their unit.
fn panel_label(figure: &Figure, group: &Group) -> String {
    const MOST: usize = 24;
    let names: Vec<String> = group.curves.iter().map(|&i| one_line(&figure.curves[i].name)).collect();
    let (names, unit) = (names.join(", "), one_line(&group.unit));
    match (names.chars().count() <= MOST, unit.is_empty()) {
        (true, true) => names,
        (true, false) => format!("{names} ({unit})"),
        (false, true) => "no unit".to_string(),
        (false, false) => unit,
    }
}

/// A label of more than two lines would take the room of the curves; the sign of
/// omission shows that there is more.
fn label_lines(type_: &Typeface, label: &str, em: f64, room: f64) -> Vec<String> {
    let mut lines = type_.wrap(label, em, room);
    if lines.len() > 2 {
        lines.truncate(2);
        if let Some(last) = lines.last_mut() {
            last.pop();
            last.push('…');
        }
    }
    lines
}

impl<'a> Page<'a> {
    /// Settles all sizes and places.
    pub(super) fn lay_out(figure: &'a Figure) -> Result<Self, PlotError> {
        if figure.curves.is_empty() {
            return Err(PlotError::NoCurves);
        }
        let (x_min, x_max) = axes::finite_range(&figure.x)
            .ok_or_else(|| PlotError::NoPositions { axis: figure.x_name.clone(), given: figure.x.len() })?;
        check_bands(figure)?;
        let type_ = Typeface::new()?;

        let width = figure.size.map_or(USUAL_WIDTH, |s| s.0);
        check_size(width, 1)?;
        let zoom = (f64::from(width) / f64::from(USUAL_WIDTH)).max(0.6);
        let inner = f64::from(width) - 2.0 * MARGIN * zoom;
        let title = type_.wrap(&one_line(&figure.title), TITLE * zoom, inner);
        let x_label = type_.wrap(&axis_label(figure), BODY * zoom, inner);

        let in_powers = figure.in_powers;
        let groups = if in_powers { axes::group_by_unit(&figure.curves) } else { axes::group(&figure.curves) };
        let styles = trace::styles(figure.curves.len(), &groups);
        let count = groups.len();
        let usual = zoom
            * match count {
                1 => 440.0,
                2 => 300.0,
                3 => 250.0,
                _ => 215.0,
            };
        let room = 0.4 * f64::from(width);
        let legends: Vec<Legend> = groups
            .iter()
            .enumerate()
            .map(|(i, group)| {
                let entries = legend::entries(figure, group, &styles, i == 0);
                Legend::lay_out(&type_, &entries, zoom, room, usual)
            })
            .collect();

        // Heights: what stands above, between and below the panels is fixed; the
        // panels share the rest, each at least as high as its legend.
        let needs: Vec<f64> = legends.iter().map(|l| l.height.max(LEAST_PANEL * zoom)).collect();
        let title_height =
            if figure.title.trim().is_empty() { 0.0 } else { (title.len() as f64 * TITLE * LEADING + 12.0) * zoom };
        let above = MARGIN * zoom + title_height;
        let below = zoom * (10.0 + TICK * LEADING + 8.0 + x_label.len() as f64 * BODY * LEADING + MARGIN - 6.0);
        let fixed = above + below + GAP * zoom * (count - 1) as f64;
        let height = match figure.size {
            Some((_, height)) => {
                let needed = (fixed + needs.iter().sum::<f64>()).ceil();
                if f64::from(height) < needed || width < LEAST_WIDTH {
                    return Err(PlotError::TooSmall {
                        asked: (width, height),
                        needed: (width.max(LEAST_WIDTH), needed as u32),
                    });
                }
                height
            }
            None => (fixed + needs.iter().map(|n| n.max(usual)).sum::<f64>()).ceil() as u32,
        };
        check_size(width, height)?;
        let level = water_level(&needs, f64::from(height) - fixed);

        let legend_width = legends.iter().map(|l| l.width).fold(0.0, f64::max);
        let right = f64::from(width) - MARGIN * zoom - legend_width - 22.0 * zoom;
        let mut top = above;
        let mut panels = Vec::with_capacity(count);
        for ((group, legend), need) in groups.into_iter().zip(legends).zip(needs) {
            let height = need.max(level);
            let scale = if in_powers { group.scale_of_powers() } else { group.scale() };
            let most = height / (TICK * zoom * 2.3);
            let fits = |t: &[Tick], slack: f64| (t.len() as f64 - 1.0) * slack <= most && t.len() <= 9;
            let ticks = if in_powers { scale.powers(fits) } else { scale.ticks("", fits) };
            let label = label_lines(&type_, &panel_label(figure, &group), BODY * zoom, height);
            panels.push(Panel { group, legend, scale, ticks, label, top, height });
            top += height + GAP * zoom;
        }

        let label_width = |t: &Tick| type_.width(&t.label, TICK * zoom);
        let widest = panels.iter().flat_map(|p| &p.ticks).map(label_width).fold(0.0, f64::max);
        let label_count = panels.iter().map(|p| p.label.len()).max().unwrap_or(1);
        let left = widest + zoom * (MARGIN - 4.0 + label_count as f64 * BODY * LEADING + 10.0 + 10.0);
        let x_scale = if in_powers { Scale::loose(x_min, x_max) } else { Scale::tight(x_min, x_max) };
        let span = right - left;
        let fits = |ticks: &[Tick], slack: f64| {
            let ends = |t: &Tick| (t.at * span, 0.5 * (label_width(t) + 26.0 * zoom * slack));
            ticks.windows(2).all(|pair| {
                let ((a, half_a), (b, half_b)) = (ends(&pair[0]), ends(&pair[1]));
                b - a >= half_a + half_b
            })
        };
        let x_ticks = if in_powers { x_scale.powers(fits) } else { x_scale.ticks(figure.x_unit.trim(), fits) };
        Ok(Self {
            width,
            height,
            figure,
            zoom,
            title: if title_height > 0.0 { title } else { Vec::new() },
            x_label,
            x_scale,
            x_ticks,
            panels,
            styles,
            left,
            right,
        })
    }

    /// Draws the page: per panel first what lies behind the curves.
    pub(super) fn draw(&self, surface: &mut impl Surface) -> Result<(), PlotError> {
        let page = (f64::from(self.width), f64::from(self.height));
        surface.rect((0.0, 0.0), page, (255, 255, 255), 1.0)?;
        let middle = 0.5 * (self.left + self.right);
        let mut baseline = (MARGIN + 0.9 * TITLE) * self.zoom;
        for line in &self.title {
            let at = (0.5 * page.0, baseline);
            self.write(surface, line, at, TITLE, Anchor::Middle, INK)?;
            baseline += TITLE * LEADING * self.zoom;
        }
        for panel in &self.panels {
            self.draw_panel(surface, panel)?;
        }
        let bottom = self.panels.last().map_or(0.0, |p| p.top + p.height);
        let mut baseline = bottom + (12.0 + TICK) * self.zoom;
        for tick in &self.x_ticks {
            let at = (self.across(tick.at), baseline);
            self.write(surface, &tick.label, at, TICK, Anchor::Middle, INK)?;
        }
        baseline += (10.0 + 1.1 * BODY) * self.zoom;
        for line in &self.x_label {
            self.write(surface, line, (middle, baseline), BODY, Anchor::Middle, INK)?;
            baseline += BODY * LEADING * self.zoom;
        }
        Ok(())
    }

    fn across(&self, place: f64) -> f64 {
        self.left + place * (self.right - self.left)
    }

    fn write(
        &self,
        surface: &mut impl Surface,
        text: &str,
        at: Point,
        size: f64,
        anchor: Anchor,
        color: Rgb,
    ) -> Result<(), PlotError> {
        surface.text(&Text { text, at, em: size * self.zoom, anchor, upright: false, color })
    }

    fn draw_panel(&self, surface: &mut impl Surface, panel: &Panel) -> Result<(), PlotError> {
        let zoom = self.zoom;
        let (top, bottom) = (panel.top, panel.top + panel.height);
        let down = |place: f64| bottom - place * panel.height;

        let hair = zoom.max(1.0).round();
        for tick in &panel.ticks {
            let y = down(tick.at).round();
            surface.rect((self.left, y), (self.right, y + hair), GRID, 1.0)?;
            let at = (self.left - 10.0 * zoom, y + 0.36 * TICK * zoom);
            self.write(surface, &tick.label, at, TICK, Anchor::End, INK)?;
        }
        for tick in &self.x_ticks {
            let x = self.across(tick.at).round();
            surface.rect((x, top), (x + hair, bottom + 5.0 * zoom), GRID, 1.0)?;
        }
        // The shades let the grid shine through.
        for (i, band) in self.figure.bands.iter().enumerate() {
            let (color, alpha) = legend::shade(i);
            for &(from, to) in &band.intervals {
                let (from, to) = (self.x_scale.place(from), self.x_scale.place(to));
                if to < 0.0 || from > 1.0 {
                    continue;
                }
                let x0 = self.across(from.max(0.0));
                // A moment is drawn as a thin line rather than not at all.
                let x1 = self.across(to.min(1.0)).max(x0 + 1.5 * zoom);
                surface.rect((x0, top), (x1, bottom), color, alpha)?;
            }
        }
        let (left, bottom_line) = (self.left.round(), bottom.round());
        surface.rect((left, top), (left + hair, bottom_line), FRAME, 1.0)?;
        let corner = (self.right, bottom_line + hair);
        surface.rect((left, bottom_line), corner, FRAME, 1.0)?;

        for (line, text) in panel.label.iter().enumerate() {
            let x = (MARGIN - 4.0 + (0.9 + LEADING * line as f64) * BODY) * zoom;
            surface.text(&Text {
                text,
                at: (x, top + 0.5 * panel.height),
                em: BODY * zoom,
                anchor: Anchor::Middle,
                upright: true,
                color: INK,
            })?;
        }

        if !panel.group.has_values() {
            let at = (self.across(0.5), down(0.5));
            let text = "no finite values";
            self.write(surface, text, at, BODY, Anchor::Middle, SOFT_INK)?;
        }
        for &index in &panel.group.curves {
            let curve = &self.figure.curves[index];
            let place = |x: f64, y: f64| {
                let (x, y) = (self.x_scale.place(x), panel.scale.place(y));
                (self.across(x), down(y))
            };
            for run in trace::runs(&self.figure.x, &curve.y, place) {
                trace::draw(surface, &run, self.styles[index], zoom)?;
            }
        }
        panel.legend.draw(surface, (self.right + 22.0 * zoom, top), zoom)
    }
}

fn axis_label(figure: &Figure) -> String {
    let (name, unit) = (one_line(&figure.x_name), one_line(&figure.x_unit));
    if unit.is_empty() { name } else { format!("{name} ({unit})").trim_start().to_string() }
}

fn check_size(width: u32, height: u32) -> Result<(), PlotError> {
    let pixels = u64::from(width) * u64::from(height);
    if width > MOST_SIDE || height > MOST_SIDE || pixels > MOST_PIXELS {
        return Err(PlotError::TooLarge { size: (width, height), side: MOST_SIDE, pixels: MOST_PIXELS });
    }
    Ok(())
}

/// The height that, given to each panel that does not need more, uses up `total`.
fn water_level(needs: &[f64], total: f64) -> f64 {
    let mut sorted = needs.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut rest = total;
    while let Some(most) = sorted.pop() {
        let level = rest / (sorted.len() + 1) as f64;
        if most <= level {
            return level;
        }
        rest -= most;
    }
    0.0
}
