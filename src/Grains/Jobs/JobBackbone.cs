using MuSc.Contracts;
using MuSc.Features.Backbones;

namespace MuSc.Grains.Jobs;

/// <summary>What a job's backbone says of itself, its errors told as errors of the job.</summary>
internal static class JobBackbone
{
    /// <summary>Reads the backbone's file, which coordinators have as well as extractors.</summary>
    /// <returns>What it says, and the side of the images.</returns>
    /// <exception cref="JobException">It is not there, or the size does not fit it.</exception>
    public static (BackboneInfo Info, int Size) Open(ScoringJobSpec spec)
    {
        try
        {
            BackboneInfo info = Backbone.Open(spec.Backbone);
            int size = spec.Size ?? info.DefaultSize;
            return size % info.Patch == 0
                ? (info, size)
                : throw new JobException(JobErrorKind.Usage, $"A size of {size} is not a multiple of {info.Name}'s patch of {info.Patch} pixels.");
        }
        catch (BackboneException error)
        {
            throw new JobException(JobErrorKind.Input, error.Message, error);
        }
    }
}
