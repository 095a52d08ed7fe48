#pragma once
// The field tables of the document, shared by the session file and the commands. No torch.

#include <array>

#include "core/json_fields.h"
#include "app/document/state.h"
#include "latent/search/drag_points.h"

namespace ganvas::fields {

template <>
inline constexpr std::array names<Interpolation>{std::pair{Interpolation::spherical, "spherical"},
                                                 std::pair{Interpolation::linear, "linear"}};
template <>
inline constexpr std::array names<Theme>{std::pair{Theme::dark, "dark"}, std::pair{Theme::light, "light"}};
template <>
inline constexpr std::array names<DisplayTier>{
    std::pair{DisplayTier::automatic, "auto"}, std::pair{DisplayTier::interop, "interop"},
    std::pair{DisplayTier::pinned, "pinned"}, std::pair{DisplayTier::plain, "plain"}};

template <>
inline constexpr auto table<BlendControls> =
    std::tuple{optional("on", &BlendControls::on),     optional("a", &BlendControls::a),
               optional("b", &BlendControls::b),       optional("t", &BlendControls::t),
               optional("mode", &BlendControls::mode), optional("backwards", &BlendControls::backwards)};

template <>
inline constexpr auto table<NoiseControls> =
    std::tuple{optional("mode", &NoiseControls::mode), optional("seed", &NoiseControls::seed),
               optional("phase", &NoiseControls::phase), optional("strengths", &NoiseControls::strengths)};

template <>
inline constexpr auto table<Bend> =
    std::tuple{required("layer", &Bend::layer), optional("channel", &Bend::channel), required("kind", &Bend::kind),
               optional("amount", &Bend::amount), optional("second", &Bend::second)};

template <>
inline constexpr auto table<StyleSource> =
    std::tuple{optional("seed", &StyleSource::seed), optional("weights", &StyleSource::weights),
               optional("kept", &StyleSource::kept), optional("name", &StyleSource::name)};

template <>
inline constexpr auto table<StyleMove> =
    std::tuple{optional("name", &StyleMove::name),   required("direction", &StyleMove::direction),
               optional("unit", &StyleMove::unit),   optional("strength", &StyleMove::strength),
               optional("first", &StyleMove::first), optional("last", &StyleMove::last)};

template <>
inline constexpr auto table<StyleOffset> = std::tuple{
    optional("row", &StyleOffset::row), required("index", &StyleOffset::index), required("value", &StyleOffset::value)};

template <>
inline constexpr auto table<PlacementControls> =
    std::tuple{optional("x", &PlacementControls::x), optional("y", &PlacementControls::y),
               optional("angle", &PlacementControls::angle)};

template <>
inline constexpr auto table<StyleControls> = std::tuple{optional("cutoff", &StyleControls::cutoff),
                                                        optional("base", &StyleControls::base),
                                                        optional("bends", &StyleControls::bends),
                                                        optional("noise", &StyleControls::noise),
                                                        optional("placement", &StyleControls::placement),
                                                        optional("sources", &StyleControls::sources),
                                                        optional("moves", &StyleControls::moves),
                                                        optional("offsets", &StyleControls::offsets),
                                                        optional("mixing_grid", &StyleControls::mixing_grid),
                                                        optional("grid_weights", &StyleControls::grid_weights)};

template <>
inline constexpr auto table<LatentControls> = std::tuple{
    optional("seed_x", &LatentControls::seed_x),   optional("seed_y", &LatentControls::seed_y),
    optional("edits", &LatentControls::edits),     optional("locked", &LatentControls::locked),
    optional("blend", &LatentControls::blend),     optional("psi", &LatentControls::psi),
    optional("classes", &LatentControls::classes), optional("style", &LatentControls::style),
    optional("animate", &LatentControls::animate), optional("animate_speed", &LatentControls::animate_speed)};

template <>
inline constexpr auto table<Keyframe> = std::tuple{
    required("seconds", &Keyframe::seconds), optional("ease", &Keyframe::ease), required("latent", &Keyframe::latent)};

template <>
inline constexpr std::array names<Easing>{std::pair{Easing::none, "none"}, std::pair{Easing::in, "in"},
                                          std::pair{Easing::out, "out"}, std::pair{Easing::both, "both"}};
template <>
inline constexpr std::array names<Course>{std::pair{Course::linear, "linear"},
                                          std::pair{Course::spherical, "spherical"},
                                          std::pair{Course::spline, "spline"}};

template <>
inline constexpr auto table<Timeline> =
    std::tuple{optional("keyframes", &Timeline::keyframes), optional("course", &Timeline::course),
               optional("loop", &Timeline::loop), optional("seconds", &Timeline::seconds),
               optional("noise_turns", &Timeline::noise_turns)};

template <>
inline constexpr auto table<TimelineControls> =
    std::tuple{optional("timeline", &TimelineControls::timeline), optional("on", &TimelineControls::on),
               optional("playing", &TimelineControls::playing), optional("at", &TimelineControls::at),
               optional("onion_skin", &TimelineControls::onion_skin)};

template <>
inline constexpr auto table<Bookmark> =
    std::tuple{required("name", &Bookmark::name), required("latent", &Bookmark::latent)};

template <>
inline constexpr auto table<DragPoint> =
    std::tuple{required("x", &DragPoint::x), required("y", &DragPoint::y), required("goal_x", &DragPoint::goal_x),
               required("goal_y", &DragPoint::goal_y)};

template <>
inline constexpr auto table<MaskDisc> =
    std::tuple{required("x", &MaskDisc::x), required("y", &MaskDisc::y), required("radius", &MaskDisc::radius)};

template <>
inline constexpr auto table<ModelMix> = std::tuple{
    optional("path", &ModelMix::path), optional("network", &ModelMix::network), optional("split", &ModelMix::split),
    optional("coarse", &ModelMix::coarse), optional("fine", &ModelMix::fine)};

template <>
inline constexpr auto table<TimeControls> =
    std::tuple{optional("at", &TimeControls::at),       optional("between", &TimeControls::between),
               optional("split", &TimeControls::split), optional("divider", &TimeControls::divider),
               optional("other", &TimeControls::other), optional("model", &TimeControls::model)};

template <>
inline constexpr auto table<Binding> =
    std::tuple{required("source", &Binding::source), required("target", &Binding::target),
               optional("low", &Binding::low), optional("high", &Binding::high)};

template <>
inline constexpr auto table<InputControls> =
    std::tuple{optional("osc", &InputControls::osc),           optional("osc_port", &InputControls::osc_port),
               optional("osc_open", &InputControls::osc_open), optional("midi", &InputControls::midi),
               optional("audio", &InputControls::audio),       optional("bindings", &InputControls::bindings)};

template <>
inline constexpr auto table<LayerView> =
    std::tuple{optional("layer", &LayerView::layer), optional("spectrum", &LayerView::spectrum)};

template <>
inline constexpr auto table<ViewControls> =
    std::tuple{optional("columns", &ViewControls::columns), optional("rows", &ViewControls::rows),
               optional("zoom", &ViewControls::zoom),       optional("pan_x", &ViewControls::pan_x),
               optional("pan_y", &ViewControls::pan_y),     optional("smooth", &ViewControls::smooth),
               optional("layer", &ViewControls::layer)};

template <>
inline constexpr auto table<TrainControls> =
    std::tuple{optional("recipe", &TrainControls::recipe), optional("data", &TrainControls::data),
               optional("overrides", &TrainControls::overrides), optional("on_trouble", &TrainControls::on_trouble),
               optional("follow", &TrainControls::follow)};

template <>
inline constexpr auto table<Settings> = std::tuple{optional("theme", &Settings::theme),
                                                   optional("ui_scale", &Settings::ui_scale),
                                                   optional("tier", &Settings::tier),
                                                   optional("frame_limit", &Settings::frame_limit),
                                                   optional("view_threads", &Settings::view_threads),
                                                   optional("view_share", &Settings::view_share),
                                                   optional("quality_share", &Settings::quality_share)};

template <>
inline constexpr auto table<AppState> =
    std::tuple{optional("model", &AppState::model),       optional("network", &AppState::network),
               optional("latent", &AppState::latent),     optional("bookmarks", &AppState::bookmarks),
               optional("timeline", &AppState::timeline), optional("view", &AppState::view),
               optional("mix", &AppState::mix),           optional("time", &AppState::time),
               optional("inputs", &AppState::inputs),     optional("train", &AppState::train),
               optional("settings", &AppState::settings)};

}  // namespace ganvas::fields
