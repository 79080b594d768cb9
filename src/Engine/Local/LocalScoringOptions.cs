using MuSc.Engine.Results;
using MuSc.Features;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Local;

/// <summary>What the local runner works with.</summary>
public sealed record LocalScoringOptions
{
    /// <summary>The kinds of results, in the order in which they are written. The default is all.</summary>
    public IReadOnlyList<IResultWriter> Writers { get; init; } = ResultWriters.All;

    /// <summary>The clock. The default is the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes what turns images into tokens. The default runs the backbone with ONNX Runtime.</summary>
    public Func<BackboneInfo, ExtractionOptions, IFeatureExtractor> Extractor { get; init; }
        = (backbone, options) => new OnnxFeatureExtractor(backbone, options);
}
