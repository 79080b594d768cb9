using MuSc.Engine.Overlays;
using MuSc.Engine.Results;
using MuSc.Features.Images;
using MuSc.Grains.Storage;
using MuSc.Scoring.Decisions;

namespace MuSc.Grains.Jobs;

/// <summary>What can be seen of the images of a finished job: files as they were given or written, and what is drawn when it is asked for.</summary>
internal sealed class ImageViews
{
    private const int Quality = 80;

    private readonly ScoringJobSpec _spec;
    private readonly JobFolder _folder;
    private readonly Dictionary<string, string> _stems;
    private readonly Dictionary<string, string> _paths;
    private readonly DecisionRule _decision;
    private readonly HeatScale _scale;
    private readonly Dictionary<string, ResultRow> _rows;

    /// <summary>Knows where everything lies.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="folder">Where it lies.</param>
    /// <param name="rows">Its lines.</param>
    /// <param name="decision">What is decided of its images.</param>
    /// <param name="gallery">Where the images of its gallery lie; null where it has none.</param>
    public ImageViews(ScoringJobSpec spec, JobFolder folder, IEnumerable<ResultRow> rows, DecisionRule decision, GallerySources? gallery = null)
    {
        (_spec, _folder, _decision) = (spec, folder, decision);
        ResultRow[] scored = [.. rows.Where(row => row.Skipped is null)];
        _stems = scored.Zip(ResultStems.Of([.. scored.Select(row => row.Image)])).ToDictionary(entry => entry.First.Image, entry => entry.Second, StringComparer.Ordinal);
        _paths = spec.Images.ToDictionary(image => image.Name, image => image.Path, StringComparer.Ordinal);
        foreach ((string name, string path) in gallery?.Paths ?? new Dictionary<string, string>())
        {
            _paths[name] = path;
        }

        _rows = scored.ToDictionary(row => row.Image, StringComparer.Ordinal);
        _scale = HeatScale.Of(decision.Set, scored.Select(row => row.ScoreBefore!.Value));
    }

    /// <summary>Part of a view.</summary>
    /// <exception cref="JobException">There is none.</exception>
    public FilePartMessage Read(string name, ImageView view, double? threshold, long offset) => view switch
    {
        ImageView.Image => StoredResults.ReadPart(Original(name), offset),
        ImageView.Map => StoredResults.ReadPart(Written(name, "maps", MapExtension), offset),
        ImageView.Mask when threshold is null && Place(name, "masks", ".png") is { } path && File.Exists(path) => StoredResults.ReadPart(path, offset),
        ImageView.Overlay when Place(name, "overlays", ".png") is { } path && File.Exists(path) => StoredResults.ReadPart(path, offset),
        _ => Part(Draw(name, view, threshold), offset),
    };

    private string MapExtension => _spec.Output.Maps == MapFormat.Npy ? ".npy" : ".tiff";

    private static FilePartMessage Part(byte[] file, long offset)
    {
        MessageSize.Guard(file.Length, "A picture");
        return new(file.Length, file[(int)Math.Min(offset, file.Length)..]);
    }

    private byte[] Draw(string name, ImageView view, double? threshold)
    {
        ResultPictures pictures = new(_scale);
        switch (view)
        {
            case ImageView.Thumbnail:
                return ImageDecoder.Decode(Original(name), _spec.ApplyExif, pixels => ImageEncoder.ToJpeg(ResultPictures.Thumbnail(pixels), Quality));
            case ImageView.Mask when threshold is null && _decision.Options.Mask == MaskMethod.Mebin:
                throw Absent($"no mask of '{name}': it was not asked to write masks, and this kind is made of all maps together");
            case ImageView.Mask:
                (float[] scores, int side) = Map(name);
                bool[] mask = new bool[scores.Length];
                if ((threshold ?? Level(_rows[name])) is { } least)
                {
                    AnomalyMask.Above(scores, least, mask);
                }

                return ImageEncoder.ToMask(mask, side, side);
            default:
                (float[] map, int size) = Map(name);
                return ImageDecoder.Decode(Original(name), _spec.ApplyExif, pixels => view == ImageView.Overlay
                    ? ImageEncoder.ToPng(pictures.Overlay(pixels, map, size))
                    : ImageEncoder.ToJpeg(pictures.Over(ResultPictures.Thumbnail(pixels), map, size), Quality));
        }
    }

    // The least score of the mask of an anomalous image.
    private double? Level(ResultRow row) => row.Anomalous == true ? _decision.MaskLevel(row.ScoreBefore!.Value) : null;

    private (float[] Scores, int Side) Map(string name)
    {
        float[] scores = MapsWriter.Read(Written(name, "maps", MapExtension));
        return (scores, (int)Math.Sqrt(scores.Length));
    }

    private string Original(string name)
    {
        string path = _paths.TryGetValue(name, out string? given) ? given : throw Absent($"no image '{name}' that was given as a file");
        return File.Exists(path) ? path : throw Absent($"the image '{name}' no longer: it is not where it was when the job was submitted");
    }

    private string Written(string name, string kind, string extension) => Place(name, kind, extension) is var path && File.Exists(path)
        ? path
        : throw Absent($"no {kind} of '{name}': it was not asked to write them");

    private string Place(string name, string kind, string extension) => _stems.TryGetValue(name, out string? stem)
        ? Path.Combine(_folder.Results, kind, stem + extension)
        : throw Absent($"no scored image '{name}'");

    private JobException Absent(string what) => new(JobErrorKind.NotFound, $"The job {Path.GetFileName(_folder.Whole)} has {what}.");
}
