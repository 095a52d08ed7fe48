#pragma once
// The field tables of the document, shared by the session file and the commands; those of the latent state are in
// latent/controls.h. No torch.

#include <array>

#include "app/document/state.h"
#include "core/json_fields.h"
#include "latent/search/drag_points.h"

namespace ganvas::fields {

template <>
inline constexpr auto table<latent::Keyframe> =
    std::tuple{required("seconds", &latent::Keyframe::seconds), optional("ease", &latent::Keyframe::ease),
               required("latent", &latent::Keyframe::latent)};

template <>
inline constexpr std::array names<latent::Easing>{
    std::pair{latent::Easing::none, "none"}, std::pair{latent::Easing::in, "in"}, std::pair{latent::Easing::out, "out"},
    std::pair{latent::Easing::both, "both"}};
template <>
inline constexpr std::array names<latent::Course>{std::pair{latent::Course::linear, "linear"},
                                                  std::pair{latent::Course::spherical, "spherical"},
                                                  std::pair{latent::Course::spline, "spline"}};

template <>
inline constexpr auto table<latent::Timeline> =
    std::tuple{optional("keyframes", &latent::Timeline::keyframes), optional("course", &latent::Timeline::course),
               optional("loop", &latent::Timeline::loop), optional("seconds", &latent::Timeline::seconds),
               optional("noise_turns", &latent::Timeline::noise_turns)};

template <>
inline constexpr auto table<app::TimelineControls> =
    std::tuple{optional("timeline", &app::TimelineControls::timeline), optional("on", &app::TimelineControls::on),
               optional("playing", &app::TimelineControls::playing), optional("at", &app::TimelineControls::at),
               optional("onion_skin", &app::TimelineControls::onion_skin)};

template <>
inline constexpr auto table<app::Bookmark> =
    std::tuple{required("name", &app::Bookmark::name), required("latent", &app::Bookmark::latent)};

template <>
inline constexpr auto table<latent::DragPoint> =
    std::tuple{required("x", &latent::DragPoint::x), required("y", &latent::DragPoint::y),
               required("goal_x", &latent::DragPoint::goal_x), required("goal_y", &latent::DragPoint::goal_y)};

template <>
inline constexpr auto table<latent::MaskDisc> =
    std::tuple{required("x", &latent::MaskDisc::x), required("y", &latent::MaskDisc::y),
               required("radius", &latent::MaskDisc::radius)};

template <>
inline constexpr auto table<app::ModelMix> =
    std::tuple{optional("path", &app::ModelMix::path), optional("network", &app::ModelMix::network),
               optional("split", &app::ModelMix::split), optional("coarse", &app::ModelMix::coarse),
               optional("fine", &app::ModelMix::fine)};

template <>
inline constexpr auto table<app::TimeControls> =
    std::tuple{optional("at", &app::TimeControls::at),       optional("between", &app::TimeControls::between),
               optional("split", &app::TimeControls::split), optional("divider", &app::TimeControls::divider),
               optional("other", &app::TimeControls::other), optional("model", &app::TimeControls::model)};

template <>
inline constexpr auto table<app::Binding> =
    std::tuple{required("source", &app::Binding::source), required("target", &app::Binding::target),
               optional("low", &app::Binding::low), optional("high", &app::Binding::high)};

template <>
inline constexpr auto table<app::InputControls> = std::tuple{
    optional("osc", &app::InputControls::osc),           optional("osc_port", &app::InputControls::osc_port),
    optional("osc_open", &app::InputControls::osc_open), optional("midi", &app::InputControls::midi),
    optional("audio", &app::InputControls::audio),       optional("bindings", &app::InputControls::bindings)};

template <>
inline constexpr auto table<app::LayerView> =
    std::tuple{optional("layer", &app::LayerView::layer), optional("spectrum", &app::LayerView::spectrum)};

template <>
inline constexpr std::array names<app::PixelFilter>{std::pair{app::PixelFilter::automatic, "automatic"},
                                                    std::pair{app::PixelFilter::smooth, "smooth"},
                                                    std::pair{app::PixelFilter::nearest, "nearest"}};
/// Also true and false, as files had it when there was no more to choose.
template <>
struct Codec<app::PixelFilter> {
  static Json write(const app::PixelFilter& filter) {
    for (const auto& [choice, name] : names<app::PixelFilter>)
      if (choice == filter) return name;
    return nullptr;
  }
  static app::PixelFilter read(const Json& json, const std::string& what) {
    if (json.is_boolean()) return json.get<bool>() ? app::PixelFilter::smooth : app::PixelFilter::nearest;
    app::PixelFilter filter{};
    detail::enum_from_json(json, what, filter);
    return filter;
  }
};

template <>
inline constexpr auto table<app::ViewControls> =
    std::tuple{optional("columns", &app::ViewControls::columns), optional("rows", &app::ViewControls::rows),
               optional("zoom", &app::ViewControls::zoom),       optional("pan_x", &app::ViewControls::pan_x),
               optional("pan_y", &app::ViewControls::pan_y),     optional("smooth", &app::ViewControls::filter),
               optional("layer", &app::ViewControls::layer)};

template <>
inline constexpr auto table<app::TrainControls> =
    std::tuple{optional("recipe", &app::TrainControls::recipe),
               optional("data", &app::TrainControls::data),
               optional("overrides", &app::TrainControls::overrides),
               optional("from", &app::TrainControls::from),
               optional("freeze_d", &app::TrainControls::freeze_d, between(-1, 64)),
               optional("on_trouble", &app::TrainControls::on_trouble),
               optional("follow", &app::TrainControls::follow),
               optional("in_training", &app::TrainControls::in_training)};

template <>
inline constexpr auto table<app::AppState> =
    std::tuple{optional("model", &app::AppState::model),       optional("network", &app::AppState::network),
               optional("latent", &app::AppState::latent),     optional("bookmarks", &app::AppState::bookmarks),
               optional("timeline", &app::AppState::timeline), optional("view", &app::AppState::view),
               optional("mix", &app::AppState::mix),           optional("time", &app::AppState::time),
               optional("inputs", &app::AppState::inputs),     optional("train", &app::AppState::train)};

}  // namespace ganvas::fields
