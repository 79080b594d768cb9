using System.Text.Json.Serialization;

namespace MuSc.Contracts;

/// <summary>What a set's scores say of it as a whole (docs/decisions.md).</summary>
/// <param name="State">Whether, and how, it was decided.</param>
/// <param name="Threshold">An image whose deciding score is at or above it is anomalous; null where nothing is decided.</param>
/// <param name="MaskThreshold">The same for the peaks of anomaly maps and the pixels of masks; <paramref name="Threshold"/> itself where peaks decide.</param>
/// <param name="Contrast">Median peak of the anomalous images by that of the normal ones; null where a side is empty or its median is 0.</param>
/// <param name="Confidence">How far apart the two groups are.</param>
/// <param name="Near">Images within 5 % of the threshold.</param>
/// <param name="Flagged">Anomalous images.</param>
/// <param name="Images">Images that were decided.</param>
public sealed record SetDecision(
    DecisionState State, double? Threshold, double? MaskThreshold, double? Contrast, DecisionConfidence Confidence, long Near, long Flagged, long Images)
{
    /// <summary>Whether the set is shown as two classes: only where its scores form two groups, or somebody has said so.</summary>
    [JsonIgnore]
    public bool ShowsTwoClasses => State is DecisionState.Separated or DecisionState.Forced or DecisionState.Fixed;

    /// <summary>The state in words.</summary>
    [JsonIgnore]
    public string Text => State switch
    {
        DecisionState.Separated => $"The scores form two groups: {Flagged:N0} of {Images:N0} images are anomalous. Confidence: {Confidence.ToString().ToLowerInvariant()}.",
        DecisionState.Forced => $"The scores do not form two groups by themselves; as many anomalous images were expected, {Flagged:N0} of {Images:N0} are flagged.",
        DecisionState.Outliers => $"The scores do not form two groups. {Flagged:N0} of {Images:N0} images stand{(Flagged == 1 ? "s" : "")} out.",
        DecisionState.Nothing => "Nothing stands out. Ranking is given, decisions are not.",
        DecisionState.TooFew => "Fewer than five images: too few to decide. Ranking is given, decisions are not.",
        _ => $"By the given threshold, {Flagged:N0} of {Images:N0} images are anomalous.",
    };

    /// <summary>Images that count as normal though their final score reaches the threshold: their maps are zero everywhere and can carry no mask.</summary>
    public long WithoutMap { get; init; }

    /// <summary>What must be said of the decision; null where there is nothing.</summary>
    [JsonIgnore]
    public string? Warning => WithoutMap > 0
        ? $"{WithoutMap:N0} image{(WithoutMap == 1 ? " reaches" : "s reach")} the threshold by the final score, but the anomaly map is zero everywhere and can carry no mask: counted as normal."
        : null;

    /// <summary>What the user can do about a set that does not separate; null for others.</summary>
    [JsonIgnore]
    public string? Advice => State is DecisionState.Outliers or DecisionState.Nothing
        ? "What you know beats what the scores tell: --expect many if a fifth or more of the images are defective, --expect few if a few per cent are."
        : null;
}

/// <summary>Whether, and how, a set was decided.</summary>
public enum DecisionState
{
    /// <summary>Its scores form two groups.</summary>
    Separated,

    /// <summary>They do not; it was split because many anomalous images were expected.</summary>
    Forced,

    /// <summary>They do not; some images stand out.</summary>
    Outliers,

    /// <summary>They do not, and no image stands out.</summary>
    Nothing,

    /// <summary>It has less than five images.</summary>
    TooFew,

    /// <summary>By a threshold, or a number of images, that was given.</summary>
    Fixed,
}

/// <summary>How far apart the two groups of a set are; not whether they are defects.</summary>
public enum DecisionConfidence
{
    /// <summary>There are no two groups.</summary>
    None,

    /// <summary>Contrast below 1.25.</summary>
    Low,

    /// <summary>Contrast below 1.5.</summary>
    Medium,

    /// <summary>Contrast of 1.5 or more.</summary>
    High,
}
