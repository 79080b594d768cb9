using MuSc.Features.Images;
using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Networks;

namespace MuSc.Features.Import.Families;

/// <summary>Settles what tensors do not show: an option counts first, then the config, then the family's rule.</summary>
internal sealed class ImportSettings(ImportOptions options, CheckpointConfig config)
{
    public CheckpointConfig Config => config;

    /// <summary>All that tensors do not show of a vision transformer.</summary>
    /// <param name="width">Channels C.</param>
    /// <param name="activation">The family's, or none where it has both.</param>
    /// <param name="resize">The family's rule.</param>
    /// <param name="stageNorm">The family's rule.</param>
    /// <exception cref="ImportException">Something remains unknown; the message names the option.</exception>
    public VitChoices Vit(int width, Activation? activation, PositionResize resize, bool stageNorm) => new(
        Heads(width),
        options.Activation ?? ConfigActivation() ?? activation ?? throw new ImportException(
            "The checkpoint does not show its activation: give its config with --config, or --activation quick_gelu (OpenAI's CLIP) or --activation gelu (LAION's)."),
        options.PositionResize ?? resize,
        options.StageNorm ?? stageNorm);

    /// <summary>For a network whose tensors show all of this.</summary>
    /// <exception cref="ImportException">An option was given that has no meaning for it.</exception>
    public void RefuseVitOptions()
    {
        if (options.Heads is not null || options.Activation is Activation.QuickGelu || options.PositionResize is not null || options.StageNorm is true)
        {
            throw new ImportException("--heads, --activation quick_gelu, --pos-embed and --stage-norm on have no meaning for a Swin.");
        }
    }

    /// <summary>How images become pixels, where the config may know better than the family.</summary>
    /// <param name="family">The family's, or none where it has no rule.</param>
    /// <param name="fixedResize">Whether the family's interpolation counts whatever the config says.</param>
    /// <exception cref="ImportException">Something remains unknown; the message names the options.</exception>
    public Preprocessing Preprocessing(Preprocessing? family, bool fixedResize)
    {
        Colour? mean = options.Mean ?? config.Colour("mean", "image_mean") ?? family?.Mean;
        Colour? deviation = options.Deviation ?? config.Colour("std", "image_std") ?? family?.Deviation;
        ResizeFilter? resize = options.Resize ?? (fixedResize ? family?.Resize : null) ?? ConfigResize() ?? family?.Resize;
        string[] missing = [.. new[] { mean is null ? "--mean" : "", deviation is null ? "--std" : "", resize is null ? "--resize" : "" }.Where(name => name.Length > 0)];
        return missing.Length == 0
            ? new Preprocessing(mean!.Value, deviation!.Value, resize!.Value)
            : throw new ImportException(
                $"The checkpoint does not say how images become pixels: give its config with --config, or {string.Join(' ', missing)} (for example --mean 0.5,0.5,0.5 --std 0.5,0.5,0.5 --resize bicubic).");
    }

    private int Heads(int width)
    {
        int? known = width switch { 192 => 3, 384 => 6, 512 => 8, 768 => 12, 896 => 14, 1024 or 1280 or 1408 or 1664 => 16, _ => null };
        int heads = options.Heads
            ?? config.Whole("heads", "num_attention_heads", "num_heads")
            ?? (config.Whole("head_width") is { } head and > 0 ? width / head : (int?)null)
            ?? known
            ?? throw new ImportException($"A width of {width} does not determine the number of attention heads: give the config with --config, or --heads.");
        return heads > 0 && width % heads == 0
            ? heads
            : throw new ImportException($"{heads} attention heads do not divide the width {width}: give the right number with --heads.");
    }

    private Activation? ConfigActivation()
    {
        if (config.Text("activation", "hidden_act") is { } name)
        {
            return name switch
            {
                "gelu" => Activation.Gelu,
                "quick_gelu" => Activation.QuickGelu,
                _ => throw new ImportException($"The config asks for the activation '{name}', which is none of gelu and quick_gelu."),
            };
        }

        // open_clip's configs say it only where it is quick; timm's have it in the name of the network.
        return config.Flag("quick_gelu") is { } quick ? (quick ? Activation.QuickGelu : Activation.Gelu)
            : config.Whole("embed_dim") is not null ? Activation.Gelu
            : config.Text("architecture")?.Contains("quickgelu", StringComparison.Ordinal) == true ? Activation.QuickGelu
            : null;
    }

    private ResizeFilter? ConfigResize() => (config.Text("interpolation"), config.Whole("resample")) switch
    {
        ("bicubic", _) or (null, 3) => ResizeFilter.Bicubic,
        ("bilinear", _) or (null, 2) => ResizeFilter.Bilinear,
        _ => null,
    };
}

/// <summary>How an image becomes pixels (docs/method.md, Pixels).</summary>
/// <param name="Mean">Taken from the pixels, over 0…1.</param>
/// <param name="Deviation">What they are divided by.</param>
/// <param name="Resize">How the image is brought to the input size.</param>
internal sealed record Preprocessing(Colour Mean, Colour Deviation, ResizeFilter Resize)
{
    /// <summary>CLIP's.</summary>
    public static Preprocessing Clip { get; } = new(
        new Colour(0.48145466f, 0.4578275f, 0.40821073f), new Colour(0.26862954f, 0.26130258f, 0.27577711f), ResizeFilter.Bicubic);

    /// <summary>DINO's and DINOv2's, and, as the authors load images for every network but CLIP, Swin's.</summary>
    public static Preprocessing Dino { get; } = new(
        new Colour(0.485f, 0.456f, 0.406f), new Colour(0.229f, 0.224f, 0.225f), ResizeFilter.Bilinear);
}
