using MuSc.Features.Import;

namespace MuSc.Features.Models;

/// <summary>A public checkpoint that the paper uses.</summary>
/// <param name="Name">The name under which it is installed.</param>
/// <param name="Title">What it is, for people.</param>
/// <param name="Address">The public address of its safetensors file.</param>
/// <param name="ApproximateBytes">The file's size in bytes, rounded as its publisher shows it.</param>
/// <param name="License">The licence of the weights.</param>
/// <param name="Size">Side of the input in pixels of the authors' better setting; the size that is imported by default.</param>
/// <param name="Sha256">SHA-256 of that file, 64 lower-case hexadecimal digits; none where no reliable source states it.</param>
/// <param name="Activation">The activation, where the tensors do not show it.</param>
/// <param name="Published">The authors' results at <paramref name="Size"/>; none where they publish none in their code's README.</param>
/// <param name="Note">What else one must know; empty for most.</param>
public sealed record ModelEntry(
    string Name, string Title, Uri Address, long ApproximateBytes, string License, int Size, string? Sha256 = null, Activation? Activation = null,
    PublishedAuroc? Published = null, string Note = "");

/// <summary>What the authors' code gave with a backbone, in percent, as its README reports.</summary>
/// <param name="MvtecImage">MVTec AD, image AUROC.</param>
/// <param name="MvtecPixel">MVTec AD, pixel AUROC.</param>
/// <param name="VisaImage">VisA, image AUROC.</param>
/// <param name="VisaPixel">VisA, pixel AUROC.</param>
public sealed record PublishedAuroc(double MvtecImage, double MvtecPixel, double VisaImage, double VisaPixel);

/// <summary>
/// The paper's nine vision transformers and two Swins. Addresses name safetensors files with the weights that the paper used
/// (OpenAI's own files are in another format), at a fixed revision where a source names one. Checksums are those that the files'
/// publishers show, or projects that pin the same revision; AUROC is from the README of the authors' code.
/// </summary>
public static class ModelCatalogue
{
    /// <summary>The models, as the paper lists them.</summary>
    public static IReadOnlyList<ModelEntry> Models { get; } =
    [
        new(
            "clip-vit-b32", "CLIP ViT-B/32 (OpenAI)",
            HuggingFace("timm/vit_base_patch32_clip_224.openai/resolve/a6f597a30f7b82c51704746581f9a4e41421e878/open_clip_model.safetensors"),
            605_143_284, "MIT", Size: 512, Activation: Activation.QuickGelu, Published: new(89.91, 95.73, 77.82, 96.06),
            Sha256: "e6d1bd7789aa45192b3bf90570a789b478bae1b74ebcce7eddd908e83a2b7c31"),
        new(
            "clip-vit-b16", "CLIP ViT-B/16 (OpenAI)",
            HuggingFace("timm/vit_base_patch16_clip_224.openai/resolve/977e3dd0ec55ab8da155f2fbeb6b5f54948b6e3d/open_clip_model.safetensors"),
            598_516_980, "MIT", Size: 512, Activation: Activation.QuickGelu, Published: new(94.20, 97.09, 86.48, 97.98),
            Sha256: "4b8699299b1e8997753c64b052ba32031449d5d853f55a039148560ee02b820f"),
        new(
            "clip-vit-b16-plus-240", "CLIP ViT-B/16-plus-240 (LAION-400M, epoch 31)",
            HuggingFace("timm/vit_base_patch16_plus_clip_240.laion400m_e31/resolve/main/open_clip_model.safetensors"),
            834_000_000, "MIT", Size: 512, Activation: Activation.Gelu, Published: new(95.69, 97.28, 86.72, 97.95),
            Sha256: "f65b63daa30d38e9c4afe87ebd40140cee700cf0a1091711248f512f48706840"),
        new(
            "clip-vit-l14", "CLIP ViT-L/14 (OpenAI)",
            HuggingFace("openai/clip-vit-large-patch14/resolve/32bd64288804d66eefd0ccbe215aa642df71cc41/model.safetensors"),
            1_710_540_580, "MIT", Size: 518, Activation: Activation.QuickGelu, Published: new(95.94, 97.42, 90.86, 98.45),
            Sha256: "a2bf730a0c7debf160f7a6b50b3aaf3703e7e88ac73de7a314903141db026dcb"),
        new(
            "clip-vit-l14-336", "CLIP ViT-L/14-336 (OpenAI), the paper's default",
            HuggingFace("openai/clip-vit-large-patch14-336/resolve/refs%2Fpr%2F8/model.safetensors"),
            1_710_000_000, "MIT", Size: 518, Activation: Activation.QuickGelu, Published: new(97.77, 97.11, 92.57, 98.71),
            Sha256: "f51cb7b04a2afb04828b1b8e0edc34bbf082080d098b9874f5756e7b7ba8c807"),
        new(
            "dino-vitb16", "DINO ViT-B/16", HuggingFace("timm/vit_base_patch16_224.dino/resolve/c4ae505355ab2ffd6d399d6ab7a71ce3f3852465/model.safetensors"),
            343_000_000, "Apache-2.0", Size: 512, Published: new(94.11, 97.78, 84.11, 97.74),
            Sha256: "93181583427d6de3e18ab0e6ee4df35736cfc51a3c1bf9ae0e9b53b1316598dc"),
        new(
            "dino-vitb8", "DINO ViT-B/8", HuggingFace("timm/vit_base_patch8_224.dino/resolve/57b4c6dac26b2cff845bfbed5bf37c9dd32ec496/model.safetensors"),
            343_000_000, "Apache-2.0", Size: 256, Sha256: "01be14b99784a4c0970a5703214513588daf27014e908ac7ea08967b7bd80f5f"),
        new(
            "dinov2-vitb14", "DINOv2 ViT-B/14", HuggingFace("facebook/dinov2-base/resolve/c73891fc3a90e8fe9ffead361cec7058e0319f03/model.safetensors"),
            346_000_000, "Apache-2.0", Size: 518, Published: new(96.31, 98.07, 90.25, 98.66),
            Sha256: "d73036b56966966d07975d696bde331762f37297e2f095de8cea0040c3aa0841"),
        new(
            "dinov2-vitl14", "DINOv2 ViT-L/14", HuggingFace("facebook/dinov2-large/resolve/47b73eefe95e8d44ec3623f8890bd894b6ea2d6c/model.safetensors"),
            1_217_522_888, "Apache-2.0", Size: 518, Published: new(97.08, 98.34, 91.73, 98.78),
            Sha256: "399fba97a95f22c36834418bc69373364a99af3a1153da1c0fb31db567c92e23"),
        new(
            "swin-b", "Swin-B, window 12 (ImageNet-22k)", HuggingFace("timm/swin_base_patch4_window12_384.ms_in22k/resolve/main/model.safetensors"),
            450_000_000, "MIT", Size: 384, Note: "The authors' code names windows of 7 and of 12; the size is an estimate."),
        new(
            "swin-l", "Swin-L, window 12 (ImageNet-22k)", HuggingFace("timm/swin_large_patch4_window12_384.ms_in22k/resolve/main/model.safetensors"),
            929_000_000, "MIT", Size: 384, Note: "The authors' code names windows of 7 and of 12."),
    ];

    /// <summary>The model of a name.</summary>
    /// <exception cref="ModelException">There is none.</exception>
    public static ModelEntry Find(string name) => Models.FirstOrDefault(model => model.Name == name)
        ?? throw new ModelException($"There is no model '{name}' in the catalogue; there are: {string.Join(", ", Models.Select(model => model.Name))}.");

    private static Uri HuggingFace(string path) => new("https://huggingface.co/" + path);
}

/// <summary>A public model that cannot be downloaded or is damaged; the message says why and what to do.</summary>
public sealed class ModelException(string message, Exception? inner = null) : Exception(message, inner);
