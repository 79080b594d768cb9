using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Grains.Jobs;

/// <summary>Where a job's features come from, which the coordinator opens itself.</summary>
/// <param name="Backbone">The network, or null where tokens were given.</param>
/// <param name="Stages">Stages that are used, L.</param>
/// <param name="Grid">Patches along one side, G.</param>
/// <param name="Size">Side of an anomaly map in pixels, S.</param>
internal sealed record JobSource(BackboneInfo? Backbone, int Stages, int Grid, int Size)
{
    /// <exception cref="JobException">The backbone or the file of tokens cannot be used.</exception>
    public static JobSource Open(ScoringJobSpec spec)
    {
        if (spec.TokensFile is null)
        {
            (BackboneInfo info, int size) = BackboneRun.Describe(spec.Backbone, spec.Size, spec.Stages);
            return new(info, spec.Stages?.Count ?? info.Stages, size / info.Patch, size);
        }

        using ITokenSource tokens = NpyTokenSource.Open(spec);
        int grid = tokens.Shape.Stages[0].Grid;
        return new(null, tokens.Shape.Stages.Count, grid, spec.Size ?? ScoringJobSpec.TokenPixels * grid);
    }
}
